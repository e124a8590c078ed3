#pragma once

#include <Qt>

#include <span>

namespace daruma {

class Document;
class View;

/// A view that stands in a dock. Another one is two files and a row here.
struct ViewRow {
    const char *name;   ///< of its dock, for `--view`
    const char *title;  ///< to be translated in the context of MainWindow
    Qt::DockWidgetArea area;
    const char *layouts;  ///< the named layouts that show it, with blanks between them
    View *(*make)(Document &document);
};

std::span<const ViewRow> viewTable();

}
