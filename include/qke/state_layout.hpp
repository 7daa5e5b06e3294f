// The one map between the names of the unknowns and their places in the solver's vector:
// `components` real numbers per momentum node, node after node, then the plasma temperature.
#pragma once

namespace qke {

struct StateLayout {
  int nodes = 0;
  int components = 0;  // per node

  int dimension() const { return nodes * components + 1; }
  int index(int node, int component) const { return node * components + component; }
  int temperature() const { return nodes * components; }
};

}  // namespace qke
