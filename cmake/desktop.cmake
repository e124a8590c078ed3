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
    daruma_program(daruma-desktop MAIN app/desktop/main.cpp DEPENDS desktop-views)
endfunction()
