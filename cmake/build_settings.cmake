# What every target is compiled and linked with.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)

if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "Debug or Release" FORCE)
endif()

# g++ 12 makes the event queue 3 to 5 times slower at -O3 or with its SLP vectoriser. NDEBUG is left
# undefined: the asserts of the libraries are cheap beside what they catch.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -fno-tree-slp-vectorize")

# A contracted a*b+c rounds once instead of twice, and only on some processors: runs would differ.
# Designated initialisers name the fields that matter, on purpose.
add_compile_options(-ffp-contract=off -Wall -Wextra -Wpedantic -Wno-missing-field-initializers)
# A broken contract names its file from the top of the repository, wherever that was built.
add_compile_options(-fmacro-prefix-map=${PROJECT_SOURCE_DIR}/=)
if(DARUMA_WARNINGS_AS_ERRORS)
    add_compile_options(-Werror)
endif()

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # ccache compares what it preprocessed where a precompiled header would hide it.
    add_compile_options(-fpch-preprocess)
endif()

if(DARUMA_SANITIZE)
    add_compile_options(-fsanitize=${DARUMA_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -g1)
    add_link_options(-fsanitize=${DARUMA_SANITIZE})
endif()
if(DARUMA_FUZZ)
    if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
        message(FATAL_ERROR "DARUMA_FUZZ needs clang: configure with -DCMAKE_CXX_COMPILER=clang++")
    endif()
    add_compile_options(-fsanitize=fuzzer-no-link)
endif()

find_program(DARUMA_CCACHE ccache)
if(DARUMA_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    # Without these ccache keeps nothing of a file that begins with a precompiled header (its manual,
    # "Precompiled headers").
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
        CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${DARUMA_CCACHE})
endif()

find_program(DARUMA_LLD ld.lld)
find_program(DARUMA_GOLD ld.gold)
if(DARUMA_LLD)
    add_link_options(-fuse-ld=lld)
elseif(DARUMA_GOLD)
    add_link_options(-fuse-ld=gold)
endif()
