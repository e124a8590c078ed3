#pragma once

#include <string>
#include <string_view>

namespace daruma {

/// Standard output: collected into large writes, and honest about what could not be written. A reader that
/// went away (`| head`) is no error: what it does not want is dropped.
class Output {
public:
    Output();
    ~Output();
    Output(const Output &) = delete;
    Output &operator=(const Output &) = delete;

    void write(std::string_view text);
    /// Writes out what is collected. Throws a Failure where the output takes no more (a full disk).
    void flush();

    /// Is it a terminal that a person looks at? Colours and box drawing go there alone.
    bool isTerminal() const { return m_isTerminal; }
    /// A terminal, and nobody asked for NO_COLOR.
    bool hasColour() const { return m_hasColour; }
    /// Its columns, or 100 where it has none.
    int columns() const { return m_columns; }

private:
    std::string m_buffer;
    bool m_isTerminal = false;
    bool m_hasColour = false;
    bool m_isClosed = false;
    int m_columns = 100;
};

/// The styles of a text on a terminal.
enum class Style { Plain, Bold, Dim, Red, Green, Yellow, Cyan };

/// `text` in that style where the output shows colours, and as it is elsewhere.
std::string styled(const Output &out, Style style, std::string_view text);

/// Writes to standard error, whole lines at once; a line end is added where it is missing.
void writeError(std::string_view text);

}
