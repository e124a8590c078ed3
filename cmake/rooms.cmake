# Functions that declare the parts of the project. Sources are found by folder, so that a new file
# needs no line here; a folder that is still empty makes an empty room.

# daruma_room(NAME FOLDERS folder... [DEPENDS room...] [LIBRARIES target...] [PRECOMPILED header...] [MOC])
# declares the library daruma-NAME of all sources in the folders, main.cpp apart. The headers of other
# libraries that PRECOMPILED names are read once for the whole room; sources include them all the same.
function(daruma_room name)
    cmake_parse_arguments(PARSE_ARGV 1 room "MOC" "" "FOLDERS;DEPENDS;LIBRARIES;PRECOMPILED")
    list(TRANSFORM room_FOLDERS PREPEND ${PROJECT_SOURCE_DIR}/ OUTPUT_VARIABLE patterns)
    list(TRANSFORM patterns APPEND /*.cpp)
    file(GLOB sources CONFIGURE_DEPENDS ${patterns})
    list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
    list(TRANSFORM room_DEPENDS PREPEND daruma-)

    if(sources)
        set(scope PUBLIC)
        add_library(daruma-${name} STATIC ${sources})
    else()
        set(scope INTERFACE)
        add_library(daruma-${name} INTERFACE)
    endif()
    if(room_MOC)
        # A class that moc has to see may stand in a header that has no source of its own.
        set(patterns ${room_FOLDERS})
        list(TRANSFORM patterns PREPEND ${PROJECT_SOURCE_DIR}/)
        list(TRANSFORM patterns APPEND /*.h)
        file(GLOB headers CONFIGURE_DEPENDS ${patterns})
        target_sources(daruma-${name} PRIVATE ${headers})
        set_target_properties(daruma-${name} PROPERTIES AUTOMOC ON)
    endif()
    target_include_directories(daruma-${name} ${scope} ${PROJECT_SOURCE_DIR})
    target_link_libraries(daruma-${name} ${scope} ${room_DEPENDS} ${room_LIBRARIES})
    if(sources AND room_PRECOMPILED)
        target_precompile_headers(daruma-${name} PRIVATE ${room_PRECOMPILED})
    endif()
endfunction()

# All programs that the project has.
add_custom_target(programs)

# daruma_program(NAME MAIN file DEPENDS room...) declares an executable, once its main file exists.
function(daruma_program name)
    cmake_parse_arguments(PARSE_ARGV 1 program "" "MAIN" "DEPENDS")
    file(GLOB main CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${program_MAIN})
    if(NOT main)
        return()
    endif()
    list(TRANSFORM program_DEPENDS PREPEND daruma-)
    add_executable(${name} ${main})
    target_compile_definitions(${name} PRIVATE DARUMA_VERSION="${PROJECT_VERSION}")
    target_link_libraries(${name} PRIVATE ${program_DEPENDS})
    add_dependencies(programs ${name})
endfunction()

# daruma_tests(LAYER DEPENDS room... [RUNS program...] [PRECOMPILED name])
# declares one QTest executable for each tests/LAYER/tst_*.cpp, labelled LAYER; a name that ends in
# _slow also gets the label slow. The folder's other sources are linked to all of them. The test knows
# DARUMA_SOURCE_DIR and DARUMA_BIN_DIR, and is built after the programs that it RUNS.
function(daruma_tests layer)
    cmake_parse_arguments(PARSE_ARGV 1 layer "" "PRECOMPILED" "DEPENDS;RUNS")
    if(NOT layer_PRECOMPILED)
        set(layer_PRECOMPILED precompiled-tests)
    endif()
    set(folder ${PROJECT_SOURCE_DIR}/tests/${layer})
    file(GLOB sources CONFIGURE_DEPENDS ${folder}/*.cpp)
    set(shared ${sources})
    list(FILTER sources INCLUDE REGEX "/tst_[^/]*$")
    list(FILTER shared EXCLUDE REGEX "/tst_[^/]*$")
    list(TRANSFORM layer_DEPENDS PREPEND daruma-)
    if(shared)
        add_library(daruma-${layer}-tests ${shared})
        target_include_directories(daruma-${layer}-tests PUBLIC ${PROJECT_SOURCE_DIR})
        target_link_libraries(daruma-${layer}-tests PUBLIC ${layer_DEPENDS} Qt6::Test)
        set(layer_DEPENDS daruma-${layer}-tests)
    endif()
    foreach(source IN LISTS sources)
        daruma_test(${source} LABEL ${layer} LIBRARIES ${layer_DEPENDS} RUNS ${layer_RUNS}
            PRECOMPILED ${layer_PRECOMPILED})
    endforeach()
endfunction()

# daruma_precompiled_tests(NAME LIBRARIES target... HEADERS header...)
# reads once what all tests of a kind include. They have to link these libraries: their macros are part of it.
function(daruma_precompiled_tests name)
    cmake_parse_arguments(PARSE_ARGV 1 tests "" "" "LIBRARIES;HEADERS")
    set(empty ${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp)
    file(CONFIGURE OUTPUT ${empty} CONTENT "")
    add_library(${name} OBJECT ${empty})
    target_link_libraries(${name} PRIVATE ${tests_LIBRARIES})
    target_precompile_headers(${name} PRIVATE ${standard_headers} <tl/expected.hpp> ${tests_HEADERS})
endfunction()

# daruma_test(FILE LABEL label LIBRARIES target... RUNS program... PRECOMPILED name) declares one of these executables.
function(daruma_test source)
    cmake_parse_arguments(PARSE_ARGV 1 test "" "LABEL;PRECOMPILED" "LIBRARIES;RUNS")
    cmake_path(GET source STEM name)
    # A test needs one run of moc, over itself: AUTOMOC would scan every test at each build.
    set(moc ${CMAKE_CURRENT_BINARY_DIR}/moc/${name}.moc)
    qt6_generate_moc(${source} ${moc})
    add_executable(${name} ${source} ${moc})
    target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR} ${CMAKE_CURRENT_BINARY_DIR}/moc)
    target_precompile_headers(${name} REUSE_FROM ${test_PRECOMPILED})
    target_compile_definitions(${name} PRIVATE
        DARUMA_SOURCE_DIR="${PROJECT_SOURCE_DIR}" DARUMA_BIN_DIR="${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")
    target_link_libraries(${name} PRIVATE ${test_LIBRARIES} Qt6::Test)
    foreach(program IN LISTS test_RUNS)
        if(TARGET ${program})
            add_dependencies(${name} ${program})
        endif()
    endforeach()

    set(labels ${test_LABEL})
    set(timeout 120)
    if(name MATCHES "_slow$")
        list(APPEND labels slow)
        set(timeout 1800)
    endif()
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES
        LABELS "${labels}" TIMEOUT ${timeout} ENVIRONMENT "QT_QPA_PLATFORM=offscreen")
endfunction()
