#pragma once

#ifndef Q_MOC_RUN
#include "app/desktop/models/run.h"
#endif

#include <QString>

namespace daruma {

/// A shipped scenario by its name; it has to exist.
RunSource shippedSource(const QString &name);

/// A scenario file; the message of the system where it cannot be read.
tl::expected<RunSource, QString> scenarioFile(const QString &path);

/// Whether the file begins as a database of SQLite does.
bool isDatabase(const QString &path);

}
