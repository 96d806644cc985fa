# SPDX-License-Identifier: Apache-2.0
# zsh of Debian reads the second folder below /usr, and the first one below /usr/local only.
set(zsh_folders zsh/site-functions zsh/vendor-completions)

install(TARGETS davit RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)
install(DIRECTORY man/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 FILES_MATCHING PATTERN "*.1")
install(FILES completions/davit.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME davit OPTIONAL)
foreach(folder IN LISTS zsh_folders)
  install(FILES completions/_davit DESTINATION ${CMAKE_INSTALL_DATADIR}/${folder} OPTIONAL)
endforeach()
install(FILES completions/davit.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d OPTIONAL)

set(CPACK_GENERATOR DEB)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_CONTACT "davit developers <davit@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Opened at run time, so that dpkg-shlibdeps does not see it. Without certificates it would trust no server.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libcurl4, ca-certificates")
# What `image build` calls for a requirements file.
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "python3-pip")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
include(CPack)
