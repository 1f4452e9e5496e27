# The program, its job files and data, and a package: a project with a landscape or study of its own
# says find_package(Spinscape) and links spinscape::<layer> (spinscape::app for the whole program).
include(CMakePackageConfigHelpers)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/Spinscape)
set(data_folder ${CMAKE_INSTALL_DATADIR}/spinscape)

install(TARGETS spinscape RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS ${SPINSCAPE_INSTALL_TARGETS} EXPORT SpinscapeTargets
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY include/spinscape DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
        FILES_MATCHING PATTERN "*.hpp")

file(GLOB jobs CONFIGURE_DEPENDS jobs/*.toml)
install(FILES ${jobs} DESTINATION ${data_folder})
install(DIRECTORY jobs/data DESTINATION ${data_folder}
        PATTERN CMakeLists.txt EXCLUDE PATTERN "*.cpp" EXCLUDE PATTERN "*.sh" EXCLUDE)

install(EXPORT SpinscapeTargets NAMESPACE spinscape:: DESTINATION ${package_folder})
configure_package_config_file(cmake/SpinscapeConfig.cmake.in SpinscapeConfig.cmake
                              INSTALL_DESTINATION ${package_folder} PATH_VARS data_folder)
write_basic_package_version_file(SpinscapeConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/SpinscapeConfig.cmake ${PROJECT_BINARY_DIR}/SpinscapeConfigVersion.cmake
              cmake/SpinscapeDependencies.cmake
        DESTINATION ${package_folder})
