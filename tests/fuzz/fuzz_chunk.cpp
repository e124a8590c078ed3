#include "simulator/store/event_codec.h"
#include "simulator/store/node_registry.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

/// Decodes any bytes as a chunk of events, and as the text of a layout.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static daruma::EventDecoder decoder;
    daruma::DecodedChunk chunk;
    (void)decoder.decode(std::as_bytes(std::span(data, size)), chunk);
    (void)daruma::layoutFromText(std::string_view(reinterpret_cast<const char *>(data), size));
    return 0;
}
