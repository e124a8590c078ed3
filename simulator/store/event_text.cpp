#include "simulator/store/event_text.h"

namespace daruma {

std::optional<std::string> reasonColumn(const Event &event, std::string_view text)
{
    if (!event.hasReason)
        return event.text.isValid() ? std::optional(std::string(text)) : std::nullopt;
    std::string reason(toText(event.reason));
    if (event.text.isValid())
        reason.append(":").append(text);
    return reason;
}

std::optional<std::int64_t> valueColumn(const Event &event)
{
    switch (event.kind) {
    case EventKind::Started:
    case EventKind::Ignored:
    case EventKind::Exit:
    case EventKind::Stop:
    case EventKind::Restart:
    case EventKind::Backoff:
        return event.value;
    case EventKind::Fault:
        return event.value ? std::optional(event.value) : std::nullopt;
    case EventKind::GaveUp:
    case EventKind::Command:
    case EventKind::Reply:
    case EventKind::Violation:
        return event.a;
    default:
        return std::nullopt;
    }
}

}
