# The libraries, in the versions that Debian 12 packages; scripts/install-dependencies.sh installs them.
find_package(Eigen3 3.4 REQUIRED NO_MODULE)
find_package(SUNDIALS 6.4 REQUIRED CONFIG COMPONENTS cvode arkode)
set(HDF5_PREFER_PARALLEL OFF)
find_package(HDF5 1.10 REQUIRED COMPONENTS C HL)
find_package(CLI11 2.1 REQUIRED CONFIG)
find_package(tomlplusplus 3.3 REQUIRED CONFIG)
find_package(Threads REQUIRED)
