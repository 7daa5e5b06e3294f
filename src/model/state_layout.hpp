// The one map between the names of the unknowns and their places in the solver's vector:
// `components` real numbers per momentum node, node after node, then `collective` ones that belong to no
// node, then the plasma temperature.
#pragma once

namespace qke {

struct StateLayout {
  int nodes = 0;
  int components = 0;  // per node
  int collective = 0;

  int dimension() const { return temperature() + 1; }
  int index(int node, int component) const { return node * components + component; }
  int first_collective() const { return nodes * components; }
  int temperature() const { return first_collective() + collective; }
};

}  // namespace qke
