#pragma once

#include <cstdio>
#include <string>
#include <string_view>

namespace daruma {

/// A file that gets its name only once it is whole.
class NewFile {
public:
    /// `what`: who writes it, for messages: `daruma export`. Throws a Failure (Usage) where it cannot be
    /// written, as all of these do.
    NewFile(std::string path, std::string_view what);
    NewFile(const NewFile &) = delete;
    NewFile &operator=(const NewFile &) = delete;
    ~NewFile();

    void write(std::string_view text);
    void finish();

private:
    [[noreturn]] void refuse(int why) const;

    std::string m_what;
    std::string m_path;
    std::string m_unfinished;
    std::FILE *m_file;
};

/// The same in one go.
void writeNewFile(const std::string &path, std::string_view text, std::string_view what);

/// Adds to the end of a file, which is made where it is missing.
void appendToFile(const std::string &path, std::string_view text, std::string_view what);

}
