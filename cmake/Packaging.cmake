# What `cmake --install` installs, and the Debian package that `cpack` makes of it.
include(GNUInstallDirs)
install(TARGETS qke-decouple RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})

# The library, its public headers, and what find_package(qke-decouple) finds: the target qke::qke.
include(CMakePackageConfigHelpers)
set(package_directory ${CMAKE_INSTALL_LIBDIR}/cmake/qke-decouple)
install(TARGETS qke EXPORT qke-decouple ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY include/qke DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT qke-decouple NAMESPACE qke:: FILE qke-decouple-targets.cmake DESTINATION ${package_directory})
configure_file(cmake/qke-decouple-config.cmake.in qke-decouple-config.cmake @ONLY)
write_basic_package_version_file(qke-decouple-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/qke-decouple-config.cmake" "${PROJECT_BINARY_DIR}/qke-decouple-config-version.cmake"
        cmake/Dependencies.cmake DESTINATION ${package_directory})

install(FILES data/qke-decouple.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES data/qke-decouple.bash
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME qke-decouple)
# zsh looks in the first below /usr/local, in the second (Debian's) below /usr.
install(FILES data/_qke-decouple DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
install(FILES data/_qke-decouple DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
install(FILES data/qke-decouple.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
install(DIRECTORY configs DESTINATION ${CMAKE_INSTALL_DATADIR}/qke-decouple)
install(DIRECTORY scripts DESTINATION ${CMAKE_INSTALL_DATADIR}/qke-decouple USE_SOURCE_PERMISSIONS
        FILES_MATCHING REGEX "(plot|export|cobaya|collect|scan|run_reader|run_physics|seal|qke_package)[^/]*\\.(py|sh)$"
        PATTERN __pycache__ EXCLUDE)
# What needs no extension module, and what does.
set(commands export plot plot-scan collect)
if(QKE_PYTHON)
  list(APPEND commands scan report)
endif()
foreach(command IN LISTS commands)
  install(PROGRAMS python/qke-command DESTINATION ${CMAKE_INSTALL_BINDIR} RENAME qke-${command})
endforeach()
if(NOT QKE_PYTHON)  # otherwise it is where Python finds it (python/CMakeLists.txt)
  install(DIRECTORY python/qke_decouple DESTINATION ${CMAKE_INSTALL_DATADIR}/qke-decouple/python
          FILES_MATCHING REGEX "[^/]*\\.(py|pyi|json|typed)$" PATTERN __pycache__ EXCLUDE)
  install(FILES data/asymmetries.h5 DESTINATION ${CMAKE_INSTALL_DATADIR}/qke-decouple/python/qke_decouple)
endif()
install(FILES README.md CHANGELOG.md CITATION.cff DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs DESTINATION ${CMAKE_INSTALL_DOCDIR})
# Debian's name for it.
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "the qke-decouple authors <qke-decouple@localhost>")
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "Evolves the density matrices of three flavours on a momentum grid, with
full collision integrals, oscillations and QED corrections to the plasma,
and gives the effective number of neutrinos N_eff and the neutrino spectra.
Scripts draw the results, export them to other codes and run scans.")
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)  # the libraries, in the versions it was built with
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "python3, python3-h5py, python3-numpy, python3-matplotlib, python3-xarray, parallel")
include(CPack)
