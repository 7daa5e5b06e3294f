// A system of ordinary differential equations du/ds = F(s, u), as integrators see it.
#pragma once

#include <Eigen/Dense>
#include <string>
#include <variant>

namespace qke {

class OdeSystem {
 public:
  using ConstVector = Eigen::Ref<const Eigen::VectorXd>;
  using Vector = Eigen::Ref<Eigen::VectorXd>;
  using Matrix = Eigen::Ref<Eigen::MatrixXd>;

  virtual ~OdeSystem() = default;

  virtual int dimension() const = 0;
  virtual void rhs(double s, ConstVector u, Vector du) = 0;
  // The name of a component, for messages.
  virtual std::string component_name(int component) const = 0;
};

// For implicit methods, which solve for all components at once.
class ImplicitOdeSystem : public virtual OdeSystem {
 public:
  // dF/du for the Newton iteration: an approximation is enough. du is F(s, u); J comes in
  // zeroed.
  virtual void jacobian(double s, ConstVector u, ConstVector du, Matrix J) = 0;
  // Whether J of earlier steps is good enough for the iteration to converge.
  virtual bool jacobian_may_be_old() const { return false; }
  // Of Newton's method, before a shorter step is tried.
  virtual int most_newton_iterations() const { return 3; }
};

// For implicit-explicit methods: F = slow + fast, where the equation of an implicit stage
// can be solved for the fast part alone.
class SplitOdeSystem : public virtual OdeSystem {
 public:
  virtual void slow_rhs(double s, ConstVector u, Vector du) = 0;
  virtual void fast_rhs(double s, ConstVector u, Vector du) = 0;
  // Solves change = gamma fast(s, known + change) to rounding of `change`, gamma > 0;
  // `change` holds a guess. False if it finds no solution: a smaller gamma may do.
  virtual bool solve_fast(double s, double gamma, ConstVector known, Vector change) = 0;
};

// For multirate methods: F = slow + fast, both explicit, and many short steps of the fast
// part in each of the slow one.
class MultirateOdeSystem : public virtual OdeSystem {
 public:
  virtual void slow_rhs(double s, ConstVector u, Vector du) = 0;
  virtual void fast_rhs(double s, ConstVector u, Vector du) = 0;
  // The longest step of the slow part, third order, that is stable and accurate.
  virtual double slow_step(double s, ConstVector u) = 0;
};

// For systems with a few fast unknowns, which turn many times while all others hardly
// change: the system follows them itself, from one accepted step of an implicit method for
// the others (the outer unknowns) to the next. In vectors of that method the fast ones
// mean nothing.
class NestedOdeSystem : public virtual OdeSystem {
 public:
  // From here on, with the fast unknowns of u.
  virtual void begin(double s, ConstVector u) = 0;
  // du of the outer unknowns, the fast ones followed to s; theirs is zero.
  virtual void outer_rhs(double s, ConstVector u, Vector du) = 0;
  virtual void outer_jacobian(double s, ConstVector u, ConstVector du, Matrix J) = 0;
  // The step to s is taken.
  virtual void accept(double s, ConstVector u) = 0;
  // Sets the fast unknowns of u at an s within the last step, fastest where s does not decrease.
  virtual void set_fast(double s, Vector u) = 0;
};

// The kind of system decides the integrator (integrator/make_integrator.hpp).
using SolvableSystem =
    std::variant<ImplicitOdeSystem*, SplitOdeSystem*, MultirateOdeSystem*, NestedOdeSystem*>;

}  // namespace qke
