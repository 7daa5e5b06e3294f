// Physics beside the parameters' own, for programs and tests that bring theirs: what stands in these
// lists comes after the built-in entries. Averaged schemes take the real, even potentials: of `odd`
// ones only scheme qke and atao-jv know.
#pragma once

#include "collisions/collision_integral.hpp"
#include "components/components.hpp"
#include "oscillations/potential.hpp"

namespace qke {

struct Additions {
  Components components;
  Potentials potentials;
  CollisionProcesses processes;
};

template <class List>
List joined(List list, const List& more) {
  list.insert(list.end(), more.begin(), more.end());
  return list;
}

}  // namespace qke
