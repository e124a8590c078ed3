#include "simulator/analysis/wording.h"

namespace daruma {

std::string toText(ExitReason reason, const Names &names)
{
    std::string text(toText(reason.kind));
    if (reason.text.isValid()) {
        text += ':';
        text += names.text(reason.text);
    }
    return text;
}

}
