# Everything is found, nothing is downloaded. On clusters, load the modules for MPI, HDF5 and
# OpenBLAS first, or point CMAKE_PREFIX_PATH at them.
# Installed beside SpinscapeConfig.cmake too: static libraries leave linking to the program.
include_guard(DIRECTORY)
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
find_package(MPI REQUIRED COMPONENTS CXX)
find_package(Boost 1.69 REQUIRED COMPONENTS mpi serialization)
set(HDF5_PREFER_PARALLEL ON)
find_package(HDF5 1.10 REQUIRED COMPONENTS C HL)
find_package(ZLIB REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(nlohmann_json REQUIRED)

# HDF5 as one target, whatever the find module of the machine offers. Imported, like all below, so
# that our exported targets may name them.
add_library(spinscape_hdf5 INTERFACE IMPORTED)
target_include_directories(spinscape_hdf5 SYSTEM INTERFACE ${HDF5_INCLUDE_DIRS} ${MPI_CXX_INCLUDE_DIRS})
target_link_libraries(spinscape_hdf5 INTERFACE ${HDF5_HL_LIBRARIES} ${HDF5_LIBRARIES})

find_path(OPENBLAS_INCLUDE_DIR NAMES cblas.h REQUIRED
          PATH_SUFFIXES openblas x86_64-linux-gnu/openblas-pthread x86_64-linux-gnu/openblas-serial
          HINTS /usr/include/x86_64-linux-gnu/openblas-pthread $ENV{OPENBLAS_DIR}/include $ENV{OPENBLAS_ROOT}/include)
find_library(OPENBLAS_LIBRARY NAMES openblas REQUIRED
             HINTS /usr/lib/x86_64-linux-gnu/openblas-pthread $ENV{OPENBLAS_DIR}/lib $ENV{OPENBLAS_ROOT}/lib)
add_library(spinscape_openblas INTERFACE IMPORTED)
target_include_directories(spinscape_openblas SYSTEM INTERFACE ${OPENBLAS_INCLUDE_DIR})
target_link_libraries(spinscape_openblas INTERFACE ${OPENBLAS_LIBRARY})

# L-BFGS-B 3.0 of its authors, in Fortran 77: no header. Debian: liblbfgsb-dev.
find_library(LBFGSB_LIBRARY NAMES lbfgsb REQUIRED)
add_library(spinscape_lbfgsb INTERFACE IMPORTED)
target_link_libraries(spinscape_lbfgsb INTERFACE ${LBFGSB_LIBRARY} ${OPENBLAS_LIBRARY})

find_path(TOMLPLUSPLUS_INCLUDE_DIR NAMES toml++/toml.h REQUIRED)
add_library(tomlplusplus_headers INTERFACE IMPORTED)
target_include_directories(tomlplusplus_headers SYSTEM INTERFACE ${TOMLPLUSPLUS_INCLUDE_DIR})

find_path(RANDOM123_INCLUDE_DIR NAMES Random123/philox.h REQUIRED)
add_library(random123_headers INTERFACE IMPORTED)
target_include_directories(random123_headers SYSTEM INTERFACE ${RANDOM123_INCLUDE_DIR})
