// Which program this is: the release, and the git commit it was built from.
#pragma once

#include <string>

namespace qke {

std::string program_version();

// The full hash, with "-modified" after it when tracked files differed from the commit;
// "unknown" when the sources were not in a git repository of their own.
std::string git_commit();

}  // namespace qke
