# daruma_desktop() declares the desktop app: its rooms, bottom up, its icons and its fonts.

# Compiles the fonts in, so that the app looks the same everywhere and needs no fonts on the machine. They
# come from Debian's packages fonts-inter and fonts-jetbrains-mono (both SIL Open Font License 1.1).
function(daruma_fonts target)
    set(inter /usr/share/fonts/opentype/inter)
    set(entries "")
    foreach(weight Regular Medium SemiBold Italic)
        daruma_font(Inter-${weight} ${inter}/Inter-${weight}.otf entries)
    endforeach()
    daruma_font(Mono-Regular /usr/share/fonts/truetype/jetbrains-mono/JetBrainsMono-Regular.ttf entries)
    file(GLOB icons CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/resources/icons/*.svg)
    set(pictures "")
    foreach(file IN LISTS icons)
        cmake_path(GET file FILENAME name)
        string(APPEND pictures "        <file alias=\"${name}\">${file}</file>\n")
    endforeach()
    set(list ${PROJECT_BINARY_DIR}/generated/desktop.qrc)
    file(CONFIGURE OUTPUT ${list} CONTENT "<RCC>
    <qresource prefix=\"/fonts\">
${entries}    </qresource>
    <qresource prefix=\"/icons\">
${pictures}    </qresource>
</RCC>
")
    set_target_properties(${target} PROPERTIES AUTORCC ON)
    target_sources(${target} PRIVATE ${list})
endfunction()

# Appends the line of one font to the list `result`.
function(daruma_font name file result)
    if(NOT EXISTS ${file})
        message(FATAL_ERROR "There is no ${file}: please install fonts-inter and fonts-jetbrains-mono")
    endif()
    set(${result} "${${result}}        <file alias=\"${name}\">${file}</file>\n" PARENT_SCOPE)
endfunction()

# Compiles resources/translations in. English has the forms of numbers alone (`1 run`, `2 runs`): all other
# texts stand in the sources as they are shown.
function(daruma_translations target)
    find_program(DARUMA_LRELEASE NAMES lrelease HINTS ${QT6_INSTALL_PREFIX}/${QT6_INSTALL_BINS} REQUIRED)
    set(folder ${PROJECT_BINARY_DIR}/generated)
    file(GLOB translations CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/resources/translations/*.ts)
    set(entries "")
    set(compiled "")
    foreach(file IN LISTS translations)
        cmake_path(GET file STEM name)
        add_custom_command(OUTPUT ${folder}/${name}.qm
            COMMAND ${DARUMA_LRELEASE} -silent ${file} -qm ${folder}/${name}.qm
            DEPENDS ${file} VERBATIM)
        string(APPEND entries "        <file>${name}.qm</file>\n")
        list(APPEND compiled ${folder}/${name}.qm)
    endforeach()
    set(list ${folder}/translations.qrc)
    file(CONFIGURE OUTPUT ${list} CONTENT "<RCC>
    <qresource prefix=\"/translations\">
${entries}    </qresource>
</RCC>
")
    set(source ${folder}/translations.cpp)
    add_custom_command(OUTPUT ${source}
        COMMAND Qt6::rcc --name translations ${list} -o ${source}
        DEPENDS ${list} ${compiled} VERBATIM)
    set_source_files_properties(${source} ${list} PROPERTIES SKIP_AUTOGEN ON SKIP_PRECOMPILE_HEADERS ON)
    target_sources(${target} PRIVATE ${source})
endfunction()

function(daruma_desktop)
    find_package(Qt6 REQUIRED COMPONENTS Widgets Svg PrintSupport)
    find_package(QCustomPlotQt6 REQUIRED)
    daruma_room(desktop-layout
        FOLDERS app/desktop/layout
        DEPENDS analysis)
    daruma_room(desktop-models
        FOLDERS app/desktop/models
        DEPENDS desktop-layout campaign resources
        LIBRARIES Qt6::Widgets
        PRECOMPILED ${standard_headers} <tl/expected.hpp> <QtWidgets>
        MOC)
    daruma_room(desktop-views
        FOLDERS app/desktop app/desktop/views
        DEPENDS desktop-models
        LIBRARIES Qt6::Svg QCustomPlotQt6::QCustomPlotQt6
        PRECOMPILED ${standard_headers} <tl/expected.hpp> <QtWidgets>
        MOC)
    daruma_fonts(daruma-desktop-views)
    daruma_translations(daruma-desktop-views)
    daruma_program(daruma-desktop MAIN app/desktop/main.cpp DEPENDS desktop-views)
endfunction()
