#include "base/expect.hpp"

#include <cstdio>
#include <cstdlib>

namespace qke {

void report_broken_contract(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: the contract %s is broken. Please report this as a defect.\n", file, line,
               condition);
  std::abort();
}

}  // namespace qke
