# One function per kind of target.

add_library(spinscape_warnings INTERFACE)
target_compile_options(spinscape_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wno-missing-field-initializers
  $<$<BOOL:${SPINSCAPE_WERROR}>:-Werror>)

# How all our code is compiled. No errno and no traps from floating point (neither is read); no
# -ffast-math, because results must not depend on the optimiser's taste; no -march, because hot
# kernels are compiled for several instruction sets and picked at run time (multiversion.hpp).
add_library(spinscape_options INTERFACE)
target_compile_features(spinscape_options INTERFACE cxx_std_20)
target_compile_options(spinscape_options INTERFACE
  $<BUILD_INTERFACE:-fno-math-errno> $<BUILD_INTERFACE:-fno-trapping-math>
  $<BUILD_INTERFACE:-fopenmp-simd>)
if(SPINSCAPE_CONTRACTS)
  target_compile_definitions(spinscape_options INTERFACE SPINSCAPE_CONTRACTS)
endif()
if(SPINSCAPE_SANITIZE)
  target_compile_definitions(spinscape_options INTERFACE SPINSCAPE_SANITIZE)
  target_compile_options(spinscape_options INTERFACE -fsanitize=address,undefined -fno-omit-frame-pointer)
  target_link_options(spinscape_options INTERFACE -fsanitize=address,undefined)
endif()
if(SPINSCAPE_TIDY)
  set(CMAKE_CXX_CLANG_TIDY clang-tidy)
endif()

# For code without a loop over numbers, where clean builds take a third less time.
set(SPINSCAPE_LESS_OPTIMISED $<$<CONFIG:Release>:-O1>)

set_target_properties(spinscape_options PROPERTIES EXPORT_NAME options)
set(SPINSCAPE_INSTALL_TARGETS spinscape_options CACHE INTERNAL "")

# spinscape_precompile(target [headers...])
# Most of the time of a clean build goes into the same few headers, read again for every source. Targets
# that ask for the same headers and are optimised alike share what the first of them precompiles.
# Sources with compile options of their own are left out: theirs would not fit.
function(spinscape_precompile target)
  get_target_property(sources ${target} SOURCES)
  list(LENGTH sources count)
  if(SPINSCAPE_PRECOMPILE AND count GREATER 2)
    # GCC 12 forgets what came from system headers, and warns about its own string there.
    target_compile_options(${target} PRIVATE -Wno-array-bounds -Wno-restrict
                           -Wno-stringop-overflow -Wno-stringop-overread)
    get_target_property(optimised ${target} COMPILE_OPTIONS)
    string(FIND "${optimised}" "${SPINSCAPE_LESS_OPTIMISED}" less)
    string(MAKE_C_IDENTIFIER "SPINSCAPE_PRECOMPILED ${ARGN} ${less}" headers)
    get_property(first GLOBAL PROPERTY ${headers})
    if(first)
      target_precompile_headers(${target} REUSE_FROM ${first})
    else()
      target_precompile_headers(${target} PRIVATE <algorithm> <cmath> <functional> <memory> <span> <string> <vector> ${ARGN})
      set_property(GLOBAL PROPERTY ${headers} ${target})
    endif()
    foreach(source IN LISTS sources)
      get_source_file_property(own ${source} COMPILE_OPTIONS)
      if(own)
        set_source_files_properties(${source} PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
      endif()
    endforeach()
  endif()
endfunction()

# spinscape_add_layer(name [MACHINERY] [DEPENDS layers...] [PRIVATE libraries...] [PRECOMPILE headers...])
# The layer's sources are src/<name>/*.cpp, its public headers include/spinscape/<name>/*.hpp.
# MACHINERY: no loop over numbers in it, so that it is optimised less.
function(spinscape_add_layer name)
  cmake_parse_arguments(layer "MACHINERY" "" "DEPENDS;PRIVATE;PRECOMPILE" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${name}/*.cpp)
  if(sources)
    add_library(spinscape_${name} STATIC ${sources})
    set(scope PUBLIC)
    target_link_libraries(spinscape_${name} PRIVATE $<BUILD_INTERFACE:spinscape_warnings>)
    foreach(library IN LISTS layer_PRIVATE)
      target_link_libraries(spinscape_${name} PRIVATE ${library})
    endforeach()
    if(layer_MACHINERY)
      target_compile_options(spinscape_${name} PRIVATE ${SPINSCAPE_LESS_OPTIMISED})
    endif()
    spinscape_precompile(spinscape_${name} ${layer_PRECOMPILE})
  else()
    add_library(spinscape_${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  add_library(spinscape::${name} ALIAS spinscape_${name})
  set_target_properties(spinscape_${name} PROPERTIES EXPORT_NAME ${name})
  target_include_directories(spinscape_${name} ${scope}
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_link_libraries(spinscape_${name} ${scope} spinscape_options)
  foreach(dependency IN LISTS layer_DEPENDS)
    target_link_libraries(spinscape_${name} ${scope} spinscape_${dependency})
  endforeach()
  set(SPINSCAPE_INSTALL_TARGETS ${SPINSCAPE_INSTALL_TARGETS} spinscape_${name} CACHE INTERNAL "")
endfunction()

# spinscape_add_studies(file-stems...)
# src/studies/<stem>.cpp defines `Study spinscape::<stem>()`; the table of all is generated, because
# self-registering objects in static libraries are dropped by the linker.
function(spinscape_add_studies)
  set_property(GLOBAL PROPERTY SPINSCAPE_STUDIES ${ARGN})  # tests/studies has a line for each
  set(declarations "")
  set(calls "")
  set(sources "")
  foreach(stem IN LISTS ARGN)
    string(APPEND declarations "Study ${stem}();\n")
    string(APPEND calls "${stem}(), ")
    list(APPEND sources ${PROJECT_SOURCE_DIR}/src/studies/${stem}.cpp)
  endforeach()
  set(table ${PROJECT_BINARY_DIR}/all_studies.cpp)
  file(CONFIGURE OUTPUT ${table} @ONLY CONTENT
"#include \"spinscape/studies/all_studies.hpp\"\n
namespace spinscape {
@declarations@
std::vector<Study> all_studies() { return {@calls@}; }\n
}  // namespace spinscape\n")
  file(GLOB helpers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/studies/*/*.cpp)
  add_library(spinscape_studies STATIC ${sources} ${helpers} ${table})
  target_include_directories(spinscape_studies PRIVATE ${PROJECT_SOURCE_DIR}/src/studies)
  target_link_libraries(spinscape_studies PUBLIC spinscape_study spinscape_geometry spinscape_theory
                        PRIVATE $<BUILD_INTERFACE:spinscape_warnings> fmt::fmt)
  target_compile_options(spinscape_studies PRIVATE ${SPINSCAPE_LESS_OPTIMISED})
  spinscape_precompile(spinscape_studies <fmt/format.h> <spinscape/study/study.hpp>)
  add_library(spinscape::studies ALIAS spinscape_studies)
  set_target_properties(spinscape_studies PROPERTIES EXPORT_NAME studies)
  set(SPINSCAPE_INSTALL_TARGETS ${SPINSCAPE_INSTALL_TARGETS} spinscape_studies CACHE INTERNAL "")
endfunction()

# spinscape_add_test(name SOURCES files... LIBRARIES targets... [LABELS ...] [RANKS n ...])
# Without RANKS: GoogleTest cases are discovered one by one. With RANKS: one test per rank count n,
# started by mpirun; the program checks SPINSCAPE_EXPECT_RANKS against the ranks it got.
function(spinscape_add_test name)
  cmake_parse_arguments(test "" "" "SOURCES;LIBRARIES;LABELS;RANKS" ${ARGN})
  add_executable(${name} ${test_SOURCES})
  spinscape_precompile(${name} <gmock/gmock.h> <gtest/gtest.h>)
  target_link_libraries(${name} PRIVATE ${test_LIBRARIES} spinscape_warnings GTest::gtest GTest::gmock)
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_compile_definitions(${name} PRIVATE
    SPINSCAPE_SOURCE_DIR="${PROJECT_SOURCE_DIR}" SPINSCAPE_PROGRAM="$<TARGET_FILE:spinscape>")
  if(test_RANKS)
    foreach(ranks IN LISTS test_RANKS)
      add_test(NAME ${name}.np${ranks}
               COMMAND ${MPIEXEC_EXECUTABLE} --oversubscribe -n ${ranks} $<TARGET_FILE:${name}>)
      set_tests_properties(${name}.np${ranks} PROPERTIES PROCESSORS ${ranks} LABELS "mpi;${test_LABELS}"
        TIMEOUT 300 ENVIRONMENT "SPINSCAPE_EXPECT_RANKS=${ranks};${SPINSCAPE_MPI_ENVIRONMENT}")
    endforeach()
  else()
    target_link_libraries(${name} PRIVATE GTest::gtest_main)
    gtest_discover_tests(${name} TEST_PREFIX "${name}." DISCOVERY_TIMEOUT 60
      PROPERTIES LABELS "${test_LABELS}" TIMEOUT 300 ENVIRONMENT "${SPINSCAPE_MPI_ENVIRONMENT}")
  endif()
endfunction()
