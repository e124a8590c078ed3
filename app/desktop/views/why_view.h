#pragma once

#include "app/desktop/views/view.h"

#include <QTimer>

#include <memory>

class QTextBrowser;
class QUrl;

namespace daruma {

/// The verdict, and why: the chain of causes of the failure and of the event at the cursor, each sentence a
/// link to its event; and what would have helped.
class WhyView : public View {
    Q_OBJECT

public:
    explicit WhyView(Document &document, QWidget *parent = nullptr);
    void settle() override;

protected:
    void changeEvent(QEvent *event) override;

private:
    void tellRun();
    void tellProof();
    void tellCursor();
    void show();
    void follow(const QUrl &link);

    QTextBrowser *m_text;
    QTimer m_later;
    QString m_verdict;
    QString m_ofRun;
    QString m_ofProof;
    QString m_ofCursor;
};

}
