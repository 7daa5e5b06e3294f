// The precession of momentum modes in their Hamiltonians (oscillations/precession_kernel.hpp)
// for one instruction set: compiled once for each, with QKE_NAMESPACE and QKE_LANES from
// cmake/InstructionSets.cmake. A vector holds QKE_LANES neighbouring modes.
//
// In the eigenbasis of H, H = W diag(E) W^dagger, the solution is
//   X = W Y W^dagger,   Y_ab = (W^dagger known W)_ab g_ab,
//   g_ab = 1/[1 + gamma d + i gamma (E_a - E_b)],
// its change X - known has (g_ab - 1) = -gamma [d + i (E_a - E_b)] g_ab in place of g_ab, and X changes by dJ
// to first order as
//   dX = W dY W^dagger,   dY = -i gamma g o [W^dagger dJ W, Y]   (o: element by element).
// With Y = diag(y) + Y' and Z = W Y' the change of d X + i [V + E, X] is
// (R dJ) + (R dJ)^dagger, (R dJ)_pq = sum_rs R_pq,rs dJ_rs,
//   R_pq,rs = -i gamma sum_ab U_pa W*_qb g_ab [W*_ra Z_sb - Z*_ra W_sb + W*_ra W_sb (y_b - y_a)],
//   U = [d/2 + i (V + E)] W.
// The diagonal of dY does not depend on y. Rounding must not bring it in: there g is larger
// than elsewhere by gamma |H|.
#include "base/kernel_vectors.hpp"
#include "oscillations/precession_kernel.hpp"

namespace qke::QKE_NAMESPACE {
namespace {

static_assert(PrecessionModes::padding % lanes == 0);

QKE_INLINE void store(double* p, Vector v) { *reinterpret_cast<UnalignedVector*>(p) = v; }
QKE_INLINE Vector root(Vector v) {
  for (int n = 0; n < lanes; ++n) v[n] = __builtin_sqrt(v[n]);
  return v;
}
QKE_INLINE double sum(Vector v) {
  double total = 0.0;
  for (int n = 0; n < lanes; ++n) total += v[n];
  return total;
}

// One complex number in every lane.
struct Complex {
  Vector re, im;
};
QKE_INLINE Complex operator+(Complex a, Complex b) { return {a.re + b.re, a.im + b.im}; }
QKE_INLINE Complex operator-(Complex a, Complex b) { return {a.re - b.re, a.im - b.im}; }
QKE_INLINE Complex operator*(Complex a, Complex b) {
  return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}
QKE_INLINE Complex operator*(Vector a, Complex b) { return {a * b.re, a * b.im}; }
QKE_INLINE Complex conjugate(Complex a) { return {a.re, -a.im}; }
QKE_INLINE Vector norm(Complex a) { return a.re * a.re + a.im * a.im; }

// All nine elements, row by row.
struct Matrix {
  Complex at[9];
};

// Of the elements above the diagonal, (a, b) with a < b is number a + b - 1.
struct Hermitian {
  Vector diagonal[3];
  Complex above[3];
};
QKE_INLINE Complex element(const Hermitian& h, int a, int b) {
  if (a == b) return {h.diagonal[a], Vector{}};
  return a < b ? h.above[pair(a, b)] : conjugate(h.above[pair(a, b)]);
}

QKE_INLINE Hermitian load_hermitian(const double* rows, std::ptrdiff_t stride) {
  Hermitian h;
#pragma GCC unroll 3
  for (int n = 0; n < 3; ++n) {
    h.diagonal[n] = load(rows + n * stride);
    h.above[n] = {load(rows + (3 + n) * stride), load(rows + (6 + n) * stride)};
  }
  return h;
}
QKE_INLINE void store_hermitian(const Hermitian& h, double* rows, std::ptrdiff_t stride) {
#pragma GCC unroll 3
  for (int n = 0; n < 3; ++n) {
    store(rows + n * stride, h.diagonal[n]);
    store(rows + (3 + n) * stride, h.above[n].re);
    store(rows + (6 + n) * stride, h.above[n].im);
  }
}
// The same matrix in all lanes.
QKE_INLINE Hermitian in_all_lanes(const double* c) {
  Hermitian h;
#pragma GCC unroll 3
  for (int n = 0; n < 3; ++n) {
    h.diagonal[n] = all(c[n]);
    h.above[n] = {all(c[3 + n]), all(c[6 + n])};
  }
  return h;
}
QKE_INLINE Hermitian operator+(const Hermitian& a, const Hermitian& b) {
  Hermitian result;
#pragma GCC unroll 3
  for (int n = 0; n < 3; ++n) {
    result.diagonal[n] = a.diagonal[n] + b.diagonal[n];
    result.above[n] = a.above[n] + b.above[n];
  }
  return result;
}

struct Eigensystem {
  Vector values[3];
  Matrix vectors;  // the columns
};

// Turns the states p and q of h and the columns of W such that h_pq = 0. With
// d = (h_qq - h_pp)/2 the tangent of the angle is t = h_pq sign(d)/[|d| + (d^2 + |h_pq|^2)^1/2],
// the smaller of two solutions; r is the third state.
QKE_INLINE void rotate(Hermitian& h, Matrix& W, int p, int q) {
  const int r = 3 - p - q;
  const Complex off = h.above[pair(p, q)];
  const Vector d = 0.5 * (h.diagonal[q] - h.diagonal[p]);
  // Where off and d vanish together there is nothing to turn: the smallest number avoids 0/0.
  const Vector length = (d < 0.0 ? -d : d) + root(d * d + norm(off)) + 1e-300;
  const Vector factor = (d < 0.0 ? all(-1.0) : all(1.0)) / length;
  const Complex t = factor * off;
  const Vector c = 1.0 / root(1.0 + norm(t));
  const Complex s = c * t;
  const Vector shift = factor * norm(off);
  h.diagonal[p] -= shift;
  h.diagonal[q] += shift;
  h.above[pair(p, q)] = {Vector{}, Vector{}};
  const Complex rp = element(h, r, p), rq = element(h, r, q);
  const Complex new_rp = c * rp - conjugate(s) * rq, new_rq = s * rp + c * rq;
  h.above[pair(r, p)] = r < p ? new_rp : conjugate(new_rp);
  h.above[pair(r, q)] = r < q ? new_rq : conjugate(new_rq);
#pragma GCC unroll 3
  for (int k = 0; k < 3; ++k) {
    const Complex at_p = W.at[3 * k + p], at_q = W.at[3 * k + q];
    W.at[3 * k + p] = c * at_p - conjugate(s) * at_q;
    W.at[3 * k + q] = s * at_p + c * at_q;
  }
}

// Whether what is off the diagonal is rounding in every lane; NaN counts as such.
QKE_INLINE bool is_diagonal(const Hermitian& h) {
  constexpr double rounding_squared = 1e-33;
  const Vector off = norm(h.above[0]) + norm(h.above[1]) + norm(h.above[2]);
  const Vector on =
      h.diagonal[0] * h.diagonal[0] + h.diagonal[1] * h.diagonal[1] + h.diagonal[2] * h.diagonal[2];
  const auto larger = off > rounding_squared * on;
  bool any = false;
  for (int n = 0; n < lanes; ++n) any |= larger[n] != 0;
  return !any;
}

// Jacobi's method: the elements off the diagonal fall quadratically from one sweep to the
// next, and nearly equal eigenvalues do no harm.
QKE_INLINE Eigensystem eigensystem(Hermitian h) {
  constexpr int most_sweeps = 12;
  Eigensystem result;
  Matrix& W = result.vectors;
#pragma GCC unroll 9
  for (int n = 0; n < 9; ++n) W.at[n] = {all(n % 4 == 0 ? 1.0 : 0.0), Vector{}};
  for (int sweep = 0; sweep < most_sweeps && !is_diagonal(h); ++sweep) {
    rotate(h, W, 0, 1);
    rotate(h, W, 0, 2);
    rotate(h, W, 1, 2);
  }
#pragma GCC unroll 3
  for (int n = 0; n < 3; ++n) result.values[n] = h.diagonal[n];
  return result;
}

QKE_INLINE Complex element(const Matrix& x, int a, int b) { return x.at[3 * a + b]; }

struct Adjoint {
  const Matrix& of;
};
QKE_INLINE Complex element(const Adjoint& x, int a, int b) { return conjugate(x.of.at[3 * b + a]); }

template <class Left, class Right>
QKE_INLINE Complex product_element(const Left& x, const Right& y, int a, int b) {
  return element(x, a, 0) * element(y, 0, b) + element(x, a, 1) * element(y, 1, b) +
         element(x, a, 2) * element(y, 2, b);
}
template <class Left, class Right>
QKE_INLINE Matrix product(const Left& x, const Right& y) {
  Matrix result;
#pragma GCC unroll 3
  for (int a = 0; a < 3; ++a) {
#pragma GCC unroll 3
    for (int b = 0; b < 3; ++b) result.at[3 * a + b] = product_element(x, y, a, b);
  }
  return result;
}

// A product that is known to be Hermitian.
template <class Left, class Right>
QKE_INLINE Hermitian hermitian_product(const Left& x, const Right& y) {
  Hermitian result;
#pragma GCC unroll 3
  for (int a = 0; a < 3; ++a) {
    result.diagonal[a] = product_element(x, y, a, a).re;
#pragma GCC unroll 3
    for (int b = a + 1; b < 3; ++b) result.above[pair(a, b)] = product_element(x, y, a, b);
  }
  return result;
}

// i [h, x] of Hermitian matrices, from p = h x: i (p - p^dagger).
QKE_INLINE Hermitian turning(const Hermitian& h, const Hermitian& x) {
  const Matrix p = product(h, x);
  Hermitian result;
#pragma GCC unroll 3
  for (int a = 0; a < 3; ++a) {
    result.diagonal[a] = -2.0 * p.at[4 * a].im;
#pragma GCC unroll 3
    for (int b = a + 1; b < 3; ++b) {
      const Complex change = p.at[3 * a + b] - conjugate(p.at[3 * b + a]);
      result.above[pair(a, b)] = {-change.im, change.re};
    }
  }
  return result;
}

// The sums, each in every lane.
struct Sums {
  Vector collective[9] = {};
  Complex response[81] = {};
};

QKE_INLINE void add(Vector weight, const Hermitian& h, Vector* to) {
#pragma GCC unroll 3
  for (int n = 0; n < 3; ++n) {
    to[n] += weight * h.diagonal[n];
    to[3 + n] += weight * h.above[n].re;
    to[6 + n] += weight * h.above[n].im;
  }
}

// Adds R with f[3 a + b] = -i gamma weight g_ab: R_pq,rs = sum_a (P^a_pr A^a_qs - Q^a_pr B^a_qs),
//   P^a_pr = U_pa W*_ra,   A^a_qs = sum_b f_ab W*_qb [Z_sb + (y_b - y_a) W_sb],
//   Q^a_pr = U_pa Z*_ra,   B^a_qs = sum_b f_ab W*_qb W_sb.
QKE_INLINE void add_response(const Matrix& U, const Matrix& W, const Matrix& Z, const Vector* y,
                             const Matrix& f, Complex* to) {
  for (int a = 0; a < 3; ++a) {
    Complex A[9], B[9];
#pragma GCC unroll 3
    for (int q = 0; q < 3; ++q) {
#pragma GCC unroll 3
      for (int s = 0; s < 3; ++s) {
        Complex from_Z{}, from_W{};
#pragma GCC unroll 3
        for (int b = 0; b < 3; ++b) {
          const Complex left = f.at[3 * a + b] * conjugate(W.at[3 * q + b]);
          from_Z = from_Z + left * (Z.at[3 * s + b] + (y[b] - y[a]) * W.at[3 * s + b]);
          from_W = from_W + left * W.at[3 * s + b];
        }
        A[3 * q + s] = from_Z;
        B[3 * q + s] = from_W;
      }
    }
    for (int p = 0; p < 3; ++p) {
      for (int r = 0; r < 3; ++r) {
        const Complex P = U.at[3 * p + a] * conjugate(W.at[3 * r + a]);
        const Complex Q = U.at[3 * p + a] * conjugate(Z.at[3 * r + a]);
#pragma GCC unroll 9
        for (int qs = 0; qs < 9; ++qs) {
          Complex& R = to[9 * (3 * p + qs / 3) + 3 * r + qs % 3];
          R = R + (P * A[qs] - Q * B[qs]);
        }
      }
    }
  }
}

template <bool response>
QKE_INLINE void add_modes(const PrecessionModes& modes, int first, double gamma, const Hermitian& mean_field,
                          const Hermitian& external, Sums& sums) {
  const Hermitian V = load_hermitian(modes.V + first, modes.stride);
  const Hermitian known = load_hermitian(modes.known + first, modes.stride);
  const Vector weight = load(modes.weight + first), damping = load(modes.damping + first);
  const Eigensystem eigen = eigensystem(V + mean_field);
  const Matrix& W = eigen.vectors;

  const Matrix turned = product(Adjoint{W}, product(known, W));
  Matrix Y, Y_change, f;
#pragma GCC unroll 3
  for (int a = 0; a < 3; ++a) {
#pragma GCC unroll 3
    for (int b = 0; b < 3; ++b) {
      const Complex rate{gamma * damping, gamma * (eigen.values[a] - eigen.values[b])};
      const Complex inverse{1.0 + rate.re, rate.im};
      const Complex g = (1.0 / norm(inverse)) * conjugate(inverse);
      Y.at[3 * a + b] = g * turned.at[3 * a + b];
      Y_change.at[3 * a + b] = Complex{} - rate * Y.at[3 * a + b];
      f.at[3 * a + b] = (gamma * weight) * Complex{g.im, -g.re};
    }
  }
  Vector y[3];
#pragma GCC unroll 3
  for (int a = 0; a < 3; ++a) {
    y[a] = Y.at[4 * a].re;
    Y.at[4 * a] = {Vector{}, Vector{}};
  }
  store_hermitian(hermitian_product(product(W, Y_change), Adjoint{W}), modes.change + first, modes.stride);
  const Matrix Z = product(W, Y);
  Matrix WY = Z;
#pragma GCC unroll 9
  for (int n = 0; n < 9; ++n) WY.at[n] = WY.at[n] + y[n % 3] * W.at[n];
  // Not known + change: in a long step X is far smaller than either.
  const Hermitian X = hermitian_product(WY, Adjoint{W});
  add(weight * damping, X, sums.collective);
  const Hermitian fields = V + external;
  add(weight, turning(fields, X), sums.collective);
  if constexpr (!response) return;
  Matrix U = product(fields, W);
#pragma GCC unroll 9
  for (int n = 0; n < 9; ++n) {
    const Complex u = U.at[n];
    U.at[n] = (0.5 * damping) * W.at[n] + Complex{-u.im, u.re};
  }
  add_response(U, W, Z, y, f, sums.response);
}

template <bool response>
void pass(const PrecessionModes& modes, double gamma, const double* mean_field, const double* external,
          PrecessionSums& sums) {
  const Hermitian J_and_E = in_all_lanes(mean_field), E = in_all_lanes(external);
  Sums of_lanes;
  for (int first = 0; first < modes.count; first += lanes) {
    add_modes<response>(modes, first, gamma, J_and_E, E, of_lanes);
  }
  for (int n = 0; n < 9; ++n) sums.collective[n] = sum(of_lanes.collective[n]);
  if constexpr (!response) return;
  for (int n = 0; n < 81; ++n) {
    sums.response_re[n] = sum(of_lanes.response[n].re);
    sums.response_im[n] = sum(of_lanes.response[n].im);
  }
}

void pass(const PrecessionModes& modes, double gamma, const double* mean_field, const double* external,
          bool response, PrecessionSums& sums) {
  const auto chosen = response ? pass<true> : pass<false>;
  chosen(modes, gamma, mean_field, external, sums);
}

}  // namespace

PrecessionPass precession_pass() { return pass; }

}  // namespace qke::QKE_NAMESPACE
