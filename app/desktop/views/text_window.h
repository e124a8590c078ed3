#pragma once

#include <QDialog>

namespace daruma {

class Actions;

/// A text to read beside one's work: the shortcuts, a help page.
class TextWindow : public QDialog {
    Q_OBJECT

public:
    TextWindow(const QString &title, const QString &html, QWidget *parent = nullptr);
};

/// All shortcuts by menu, as HTML.
QString shortcutsHtml(const Actions &actions);

/// The help topics as one page with links between them: resources/help as the command line shows it.
class HelpWindow : public QDialog {
    Q_OBJECT

public:
    explicit HelpWindow(QWidget *parent = nullptr);
};

}
