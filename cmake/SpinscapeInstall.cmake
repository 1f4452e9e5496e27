include(CMakePackageConfigHelpers)
install(TARGETS spinscape RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
