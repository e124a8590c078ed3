#pragma once

#ifndef Q_MOC_RUN
#include "app/desktop/models/run.h"
#endif

#include <QWidget>

class QGridLayout;
class QVBoxLayout;

namespace daruma {

/// What one sees first: the shipped incidents as cards with a picture of their runs, and the files that were
/// open lately.
class StartScreen : public QWidget {
    Q_OBJECT

public:
    explicit StartScreen(QWidget *parent = nullptr);
    void setRecentFiles(const QStringList &files);
    /// Until all pictures are there; for pictures of the whole.
    void wait();

signals:
    void shippedChosen(const QString &name);
    void fileChosen(const QString &path);
    void openWanted();
    void newWanted();

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    class Card;
    void arrangeCards();

    std::vector<Card *> m_cards;
    QWidget *m_content;
    QGridLayout *m_grid;
    QVBoxLayout *m_recent;
    int m_columns = 0;
};

/// Every lane of a run as a thin line: what it looks like from far away.
QImage thumbnailOf(const Run &run, QSize size, double ratio);

}
