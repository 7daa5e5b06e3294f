# The libraries, from the versions that Debian 12 packages on; scripts/install-dependencies.sh installs them.
find_package(Eigen3 3.4 REQUIRED NO_MODULE)
# A version given here would have to be of the same major release: 6.4 and 7 will do (sundials_backports.hpp).
find_package(SUNDIALS REQUIRED CONFIG COMPONENTS cvode arkode)
if(SUNDIALS_VERSION VERSION_LESS 6.4 OR SUNDIALS_VERSION VERSION_GREATER_EQUAL 8)
  message(FATAL_ERROR "SUNDIALS ${SUNDIALS_VERSION} is not supported (6.4 to 7 are). Set SUNDIALS_DIR to another.")
endif()
set(HDF5_PREFER_PARALLEL OFF)
find_package(HDF5 1.10 REQUIRED COMPONENTS C HL)
find_package(CLI11 2.1 REQUIRED CONFIG)
find_package(tomlplusplus 3.3 REQUIRED CONFIG)
find_package(Threads REQUIRED)
