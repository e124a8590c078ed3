# daruma_resources() declares the library daruma-resources: the help, the dialects, the schema and the
# shipped scenarios, compiled in. See resources/resources.h.
function(daruma_resources)
    file(GLOB help CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/resources/help/*.md)
    file(GLOB dialects CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/resources/dialects/*.toml)
    file(GLOB schema CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/resources/schema*.json)
    file(GLOB scenarios CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/scenarios/*.toml)

    set(embed ${PROJECT_SOURCE_DIR}/cmake/embed.cmake)
    set(output ${PROJECT_BINARY_DIR}/generated/resources.cpp)
    add_custom_command(
        OUTPUT ${output}
        COMMAND ${CMAKE_COMMAND} -DOUTPUT=${output} "-DHELP=${help}" "-DDIALECTS=${dialects}"
            "-DSCHEMA=${schema}" "-DSCENARIOS=${scenarios}" -P ${embed}
        DEPENDS ${embed} ${help} ${dialects} ${schema} ${scenarios}
        COMMENT "Compiling in the resources"
        VERBATIM)
    # The contents may be longer than the literals that ISO C++ promises; both compilers take them.
    set_source_files_properties(${output} PROPERTIES COMPILE_OPTIONS -Wno-overlength-strings)
    add_library(daruma-resources ${output})
    target_include_directories(daruma-resources PUBLIC ${PROJECT_SOURCE_DIR})
endfunction()
