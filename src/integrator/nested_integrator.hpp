// CVODE for the outer unknowns of a system that follows its fast ones itself.
#pragma once

#include <Eigen/Dense>

#include "integrator/cvode_integrator.hpp"
#include "integrator/integrator.hpp"
#include "numerics/ode_system.hpp"

namespace qke {

class NestedIntegrator : public Integrator {
 public:
  // Integrates from `start` to s_end; `system` must outlive the integrator.
  NestedIntegrator(NestedOdeSystem& system, const IntegratorState& start, double s_end,
                   const IntegratorOptions& options);

  bool finished() const override { return outer_.finished(); }
  void step() override;
  double previous_s() const override { return outer_.previous_s(); }
  double s() const override { return outer_.s(); }
  Eigen::VectorXd interpolate(double s, int derivative = 0) const override;
  IntegratorCounters counters() const override { return outer_.counters(); }
  IntegratorState restart() override;

 private:
  // The system as CVODE sees it.
  class Outer : public ImplicitOdeSystem {
   public:
    Outer(NestedOdeSystem& system, const IntegratorState& start) : system_(system) {
      system_.begin(start.s, start.u);
    }
    int dimension() const override { return system_.dimension(); }
    void rhs(double s, ConstVector u, Vector du) override { system_.outer_rhs(s, u, du); }
    void jacobian(double s, ConstVector u, ConstVector du, Matrix J) override {
      system_.outer_jacobian(s, u, du, J);
    }
    std::string component_name(int component) const override { return system_.component_name(component); }

   private:
    NestedOdeSystem& system_;
  };

  NestedOdeSystem& system_;
  Outer outer_system_;
  CvodeIntegrator outer_;
};

}  // namespace qke
