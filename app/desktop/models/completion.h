#pragma once

#include <QString>
#include <QStringList>

namespace daruma {

/// What may stand at a place of a scenario's text.
struct Completion {
    /// What is there of it already, left of the place.
    QString prefix;
    QStringList words;
};

/// `names`: of the nodes that the scenario has. Nothing in comments, and where only a number or a time can
/// stand.
Completion completionAt(const QString &text, qsizetype place, const QStringList &names);

}
