# Writes OUTPUT, the C++ source behind resources/resources.h, from the files listed in HELP, DIALECTS,
# SCHEMA and SCENARIOS. Every byte becomes an escape, so that contents may hold anything.

# Sets `result` to a string_view of the file's bytes.
function(embed_content file result)
    file(READ ${file} bytes HEX)
    file(SIZE ${file} size)
    string(REGEX REPLACE "(..)" "\\\\x\\1" text "${bytes}")
    string(REPLACE "\\x0a" "\\x0a\"\n    \"" text "${text}")
    set(${result} "std::string_view(\n    \"${text}\", ${size})" PARENT_SCOPE)
endfunction()

# Sets `result` to the function `name` that returns a table of the files, ordered by name.
function(embed_table name files result)
    set(rows "")
    set(stems "")
    foreach(file IN LISTS files)
        cmake_path(GET file STEM LAST_ONLY stem)
        list(APPEND stems ${stem})
        set(file_of_${stem} ${file})
    endforeach()
    list(SORT stems)
    foreach(stem IN LISTS stems)
        embed_content(${file_of_${stem}} content)
        string(APPEND rows "    Resource{\"${stem}\", ${content}},\n")
    endforeach()
    list(LENGTH stems count)
    set(${result} "
std::span<const Resource> ${name}()
{
    static constexpr std::array<Resource, ${count}> table{{\n${rows}    }};
    return table;
}
" PARENT_SCOPE)
endfunction()

embed_table(helpTopics "${HELP}" help)
embed_table(dialects "${DIALECTS}" dialects)
embed_table(shippedScenarios "${SCENARIOS}" scenarios)
set(schema "std::string_view()")
if(SCHEMA)
    list(GET SCHEMA 0 file)
    embed_content(${file} schema)
endif()

file(WRITE ${OUTPUT} "// Written by cmake/embed.cmake.
#include \"resources/resources.h\"

#include <array>

namespace daruma {
${help}${dialects}${scenarios}
std::string_view schema()
{
    return ${schema};
}

}
")
