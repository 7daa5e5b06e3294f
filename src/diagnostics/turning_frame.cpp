#include "diagnostics/turning_frame.hpp"

#include <cmath>

#include "flavour/hermitian.hpp"

namespace qke {
namespace {

Matrix3 commutator(const Matrix3& X, const Matrix3& Y) { return X * Y - Y * X; }
Matrix3 traceless(const Matrix3& X) { return X - X.trace() / 3.0 * Matrix3::Identity(); }
// Where flavours do not differ but by this, nothing is said to turn.
constexpr double rounding = 1e-12;

double ratio(double sum, double of) { return of > 0.0 ? sum / of : 0.0; }

// f(coupling, rho, H) of all momenta of neutrinos and antineutrinos.
template <class Function>
void for_each_momentum(const IsotropicGas& gas, Function&& f) {
  for (Eigen::Index n = 0; n < gas.coupling.size(); ++n) {
    const auto i = static_cast<std::size_t>(n);
    f(gas.coupling(n), gas.nu.rho[i], gas.nu.H[i]);
    f(gas.coupling(n), gas.bar.rho[i], gas.bar.H[i]);
  }
}

// The traceless V of every momentum with its share of all neutrinos, and J with its slope i
// dJ/ds, to which J itself does not contribute.
class Hamiltonian {
 public:
  explicit Hamiltonian(const IsotropicGas& gas) {
    for (Eigen::Index n = 0; n < gas.coupling.size(); ++n) {
      const auto i = static_cast<std::size_t>(n);
      V.push_back(0.5 * traceless(gas.nu.H[i] - gas.bar.H[i]));
      const Matrix3 sum = gas.nu.rho[i] + gas.bar.rho[i];
      share.push_back(gas.coupling(n) * sum.trace().real());
      J += gas.coupling(n) * traceless(gas.nu.rho[i] - gas.bar.rho[i]);
      slope += gas.coupling(n) * commutator(V.back(), sum);
    }
    double all = 0.0;
    for (const double of_momentum : share) all += of_momentum;
    for (double& of_momentum : share) of_momentum = ratio(of_momentum, all);
    for (std::size_t i = 0; i < V.size(); ++i) V_norm += share[i] * V[i].norm();
  }

  std::vector<Matrix3> V;
  std::vector<double> share;
  Matrix3 J = Matrix3::Zero(), slope = Matrix3::Zero();
  double V_norm = 0;
};

using Unknowns = Eigen::Matrix<double, 9, 1>;  // components of Omega

// The sum of weight |target - [Omega, X]|^2, to be least.
class LeastSquares {
 public:
  void add(double weight, const Matrix3& X, const Matrix3& target) {
    Eigen::Matrix<Complex, 9, 9> columns;
    for (int a = 0; a < 9; ++a) {
      columns.col(a) = commutator(to_matrix<3>(Unknowns(Unknowns::Unit(a))), X).reshaped();
    }
    normal_ += weight * (columns.adjoint() * columns).real();
    right_ += weight * (columns.adjoint() * target.reshaped()).real();
  }
  // Of all solutions the shortest: what turns nothing is left out.
  Matrix3 solution() const {
    constexpr double smallest = 1e-10;
    const Eigen::SelfAdjointEigenSolver<Eigen::Matrix<double, 9, 9>> solver(normal_);
    Unknowns Omega = Unknowns::Zero();
    for (int a = 0; a < 9; ++a) {
      if (!(solver.eigenvalues()(a) > smallest * solver.eigenvalues()(8))) continue;
      const Unknowns direction = solver.eigenvectors().col(a);
      Omega += direction.dot(right_) / solver.eigenvalues()(a) * direction;
    }
    return to_matrix<3>(Omega);
  }

 private:
  Eigen::Matrix<double, 9, 9> normal_ = Eigen::Matrix<double, 9, 9>::Zero();
  Unknowns right_ = Unknowns::Zero();
};

double turning_seen_from(const Hamiltonian& H, const Matrix3& Omega) {
  double of_V = 0.0;
  for (std::size_t i = 0; i < H.V.size(); ++i) of_V += H.share[i] * commutator(Omega, H.V[i]).norm();
  const double of_J = (H.slope - commutator(Omega, H.J)).norm();
  return ratio(of_J, H.J.norm() + H.V_norm) + ratio(of_V, H.V_norm);
}

}  // namespace

double turning_of_momenta(const IsotropicGas& gas) {
  double turning = 0.0, all = 0.0, density = 0.0;
  for_each_momentum(gas, [&](double coupling, const Matrix3& rho, const Matrix3& H) {
    turning += coupling * commutator(H, rho).norm();
    all += coupling * traceless(rho).norm();
    density += coupling * rho.trace().real();
  });
  return all > rounding * density ? turning / all : 0.0;
}

double turning_seen_from(const IsotropicGas& gas, const Matrix3& Omega) {
  return turning_seen_from(Hamiltonian(gas), Omega);
}

double nutation_seen_from(const IsotropicGas& gas, const Matrix3& Omega) {
  double oscillating = 0.0, all = 0.0, density = 0.0;
  for_each_momentum(gas, [&](double coupling, const Matrix3& rho, const Matrix3& H) {
    const Matrix3 U = eigensystem<3>(Matrix3(H - Omega)).vectors;
    Matrix3 part = U.adjoint() * rho * U;
    part.diagonal().setZero();
    oscillating += coupling * part.norm();
    all += coupling * traceless(rho).norm();
    density += coupling * rho.trace().real();
  });
  return all > rounding * density ? oscillating / all : 0.0;
}

Matrix3 turning_of(const IsotropicGas& gas) {
  const Hamiltonian H(gas);
  const double norm = H.J.norm() + H.V_norm;
  if (!(norm > 0.0)) return Matrix3::Zero();
  LeastSquares squares;
  squares.add(1.0 / (norm * norm), H.J, H.slope);
  for (std::size_t i = 0; i < H.V.size() && H.V_norm > 0.0; ++i) {
    squares.add(H.share[i] / (H.V_norm * H.V_norm), H.V[i], Matrix3::Zero());
  }
  const Matrix3 Omega = squares.solution();
  const bool helps = turning_seen_from(H, Omega) < turning_seen_from(H, Matrix3::Zero());
  return helps ? Omega : Matrix3(Matrix3::Zero());
}

void turn(IsotropicGas& gas, const Matrix3& Omega) {
  for (MatrixField<3>* H : {&gas.nu.H, &gas.bar.H}) {
    for (Matrix3& of_momentum : *H) of_momentum -= Omega;
  }
}

}  // namespace qke
