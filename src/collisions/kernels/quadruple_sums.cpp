// The sums over quadruples, 1 + 2 -> 3 + 4 at the nodes i, j, k, l (docs/physics.md, "The
// sums on the grid"), for one instruction set: compiled once for each, with QKE_NAMESPACE
// and QKE_LANES from cmake/InstructionSets.cmake.
//
// Kernels. K_s = int dq (p1.p2)(p3.p4) and K_u = int dq (p1.p4)(p2.p3) of massless
// particles depend on two momenta at a time. In units of h^5, with momenta in units of
// the step h:
//   scattering at fixed d = i - k = l - j > 0, with m, M the smaller and larger of k, j:
//     K_s = m^3 [8/3 (M+d)^2 + 4/3 m (M+d) + 4/15 m^2],
//     K_u = m^3 [8/3 M^2 - 4/3 m M + 4/15 m^2],
//     K_+ = (K_s + K_u)/2 = C(m) Q(M) + W(m),   K_- = (K_s - K_u)/2 = X(m) R(M),
//     C = 4/3 m^3,   Q = 2 M^2 + 2 M d + d^2,   W = m^4 (2/3 d + 4/15 m),
//     X = 2/3 m^3 (2 d + m),   R = 2 M + d;
//   annihilation at fixed n = i + j = k + l, with m, M the smaller and larger of the two
//   numbers min(i, j), min(k, l): even and odd parts of K_u under k <-> l are, for i > j,
//     K_+ = C(m) Q(M) + W(m),   K_- = [K_u(k < l) - K_u(k > l)]/2 = X(m) R(M),
//     C = 4/3 m^3,   Q = M^2 + (n-M)^2,   W = m^4 (4/15 m - 2/3 n),
//     X = 2/3 m^3 (2 n - m),   R = 2 M - n;   for i < j K_- has the other sign.
// Where a kernel has a kink on which the rest of the integrand does not vanish, k = j of
// K_s and k = i of K_u in annihilation, the sum over k is short of h^2/12 times the jump
// of its slope (Euler and Maclaurin): there 2/3 i^2 j^2 is taken off the kernels in units
// of h^5.
//
// Running sums. A sum over b with such a kernel splits at b = a,
//   sum_b C(min) Q(max) f_b = Q_a sum_(b <= a) C_b f_b + C_a sum_(b > a) Q_b f_b,
// and both sums grow by one term from one a to the next: N operations for N results. The
// whole integral costs N^2, not N^3, and no kernel is stored.
//
// Lanes. A vector holds QKE_LANES neighbouring values of d (or n); everything, the
// products of 3x3 matrices included, is done on such vectors.
#include "collisions/quadruple_sums.hpp"
#include "base/kernel_vectors.hpp"

namespace qke::QKE_NAMESPACE {
namespace {

static_assert(lanes <= QuadrupleInput::margin);

QKE_INLINE void add_to(double* p, Vector v) { *reinterpret_cast<UnalignedVector*>(p) += v; }
QKE_INLINE Vector ascending(double first) {
  Vector v{};
  for (int n = 0; n < lanes; ++n) v[n] = first + n;
  return v;
}

template <bool complex>
// One matrix in every lane. Real symmetric matrices (complex = false) have no imaginary
// parts; their one unused vector only keeps the types alike. d: the diagonal; re, im: the
// elements above it.
struct Hermitian {
  Vector d[3], re[3], im[complex ? 3 : 1];
};

template <bool complex>
// All nine elements, row by row.
struct General {
  Vector re[9], im[complex ? 9 : 1];
};

template <bool complex>
struct AntiHermitian {
  Vector re[3], d[complex ? 3 : 1], im[complex ? 3 : 1];  // d: the imaginary diagonal
};

template <bool complex>
QKE_INLINE Vector real_part(const Hermitian<complex>& h, int a, int b) {
  return a == b ? h.d[a] : h.re[pair(a, b)];
}
template <bool complex>
QKE_INLINE Vector imaginary_part(const Hermitian<complex>& h, int a, int b) {
  return a < b ? h.im[pair(a, b)] : -h.im[pair(a, b)];
}
template <bool complex>
QKE_INLINE Vector real_part(const General<complex>& g, int a, int b) {
  return g.re[3 * a + b];
}
template <bool complex>
QKE_INLINE Vector imaginary_part(const General<complex>& g, int a, int b) {
  return g.im[3 * a + b];
}
template <bool complex>
QKE_INLINE constexpr bool has_imaginary_part(const Hermitian<complex>&, int a, int b) {
  return complex && a != b;
}
template <bool complex>
QKE_INLINE constexpr bool has_imaginary_part(const General<complex>&, int, int) {
  return complex;
}

// x h, for a Hermitian h; x is Hermitian or general. Unrolled, every condition below is
// known to the compiler: products with the imaginary part 0 of a diagonal cost nothing.
template <bool complex, class Left>
QKE_INLINE General<complex> product(const Left& x, const Hermitian<complex>& h) {
  General<complex> result;
#pragma GCC unroll 3
  for (int a = 0; a < 3; ++a) {
#pragma GCC unroll 3
    for (int c = 0; c < 3; ++c) {
      Vector re{}, im{};
#pragma GCC unroll 3
      for (int b = 0; b < 3; ++b) {
        re += real_part(x, a, b) * real_part(h, b, c);
        if constexpr (complex) {
          const bool left = has_imaginary_part(x, a, b), right = has_imaginary_part(h, b, c);
          if (left) im += imaginary_part(x, a, b) * real_part(h, b, c);
          if (right) im += real_part(x, a, b) * imaginary_part(h, b, c);
          if (left && right) re -= imaginary_part(x, a, b) * imaginary_part(h, b, c);
        }
      }
      result.re[3 * a + c] = re;
      if constexpr (complex) result.im[3 * a + c] = im;
    }
  }
  return result;
}

// Twice the Hermitian and the anti-Hermitian part: g + g^dagger and g - g^dagger. The
// kernels act on the two separately, and K_s + K_u = 2 K_+ takes up the 2.
template <bool complex>
QKE_INLINE void split(const General<complex>& g, Hermitian<complex>& h, AntiHermitian<complex>& anti) {
#pragma GCC unroll 3
  for (int a = 0; a < 3; ++a) {
    h.d[a] = 2.0 * g.re[4 * a];
    if constexpr (complex) anti.d[a] = 2.0 * g.im[4 * a];
#pragma GCC unroll 3
    for (int b = a + 1; b < 3; ++b) {
      const int p = pair(a, b);
      h.re[p] = g.re[3 * a + b] + g.re[3 * b + a];
      anti.re[p] = g.re[3 * a + b] - g.re[3 * b + a];
      if constexpr (complex) {
        h.im[p] = g.im[3 * a + b] - g.im[3 * b + a];
        anti.im[p] = g.im[3 * a + b] + g.im[3 * b + a];
      }
    }
  }
}

// h + sign * anti.
template <bool complex>
QKE_INLINE General<complex> join(const Hermitian<complex>& h, const AntiHermitian<complex>& anti,
                                 double sign) {
  General<complex> g;
#pragma GCC unroll 3
  for (int a = 0; a < 3; ++a) {
    g.re[4 * a] = h.d[a];
    if constexpr (complex) g.im[4 * a] = sign * anti.d[a];
#pragma GCC unroll 3
    for (int b = a + 1; b < 3; ++b) {
      const int p = pair(a, b);
      g.re[3 * a + b] = h.re[p] + sign * anti.re[p];
      g.re[3 * b + a] = h.re[p] - sign * anti.re[p];
      if constexpr (complex) {
        g.im[3 * a + b] = sign * anti.im[p] + h.im[p];
        g.im[3 * b + a] = sign * anti.im[p] - h.im[p];
      }
    }
  }
  return g;
}

// X + Tr X 1.
template <bool complex>
QKE_INLINE void add_trace(Hermitian<complex>& h) {
  const Vector trace = h.d[0] + h.d[1] + h.d[2];
  for (int a = 0; a < 3; ++a) h.d[a] += trace;
}

// The matrix at a node in every lane, or at `lanes` nodes from this one on.
template <bool complex>
QKE_INLINE Hermitian<complex> at_node(const double* rho, std::ptrdiff_t stride, int node) {
  Hermitian<complex> h;
  for (int c = 0; c < 3; ++c) {
    h.d[c] = all(rho[c * stride + node]);
    h.re[c] = all(rho[(3 + c) * stride + node]);
    if constexpr (complex) h.im[c] = all(rho[(6 + c) * stride + node]);
  }
  return h;
}
template <bool complex>
QKE_INLINE Hermitian<complex> from_node(const double* rho, std::ptrdiff_t stride, int node) {
  Hermitian<complex> h;
  for (int c = 0; c < 3; ++c) {
    h.d[c] = load(rho + c * stride + node);
    h.re[c] = load(rho + (3 + c) * stride + node);
    if constexpr (complex) h.im[c] = load(rho + (6 + c) * stride + node);
  }
  return h;
}

template <bool complex>
QKE_INLINE void conjugate(Hermitian<complex>& h) {
  if constexpr (complex) {
    for (int c = 0; c < 3; ++c) h.im[c] = -h.im[c];
  }
}

// rhobar = rho, rhobar = rho*, or evolved on its own (AntineutrinoRelation of
// model/asymmetry.hpp).
enum class Relation { equal, conjugate, independent };

// Where the numbers of one relation stand. The matrices come in triples of components,
// each even or odd under an exchange: of Y_d and Ybar_d^dagger in scattering, of k and l
// in annihilation. K_+ acts on even triples, K_- on odd ones. With rhobar = rho the
// exchange is the Hermitian conjugate, with rhobar = rho* the transpose, and every triple
// is even or odd; with independent antineutrinos there are an even and an odd triple of
// everything, sum and difference.
template <bool complex, Relation relation>
struct Layout {
  static constexpr bool independent = relation == Relation::independent;
  static constexpr int species = independent ? 2 : 1;
  static constexpr int hermitian_triples = complex ? 3 : 2;         // d, re, im
  static constexpr int anti_triples = complex ? 3 : 1;              // re, d, im
  static constexpr int components = complex ? 18 : 9;               // of a general matrix
  static constexpr int node_components = species * 2 * components;  // gain and loss
  // Gain and loss of a species, filled up to whole vectors.
  static constexpr int padded = (2 * components + 7) / 8 * 8;
  // Two Hermitian matrices and an anti-Hermitian one.
  static constexpr int triples = species * (2 * hermitian_triples + anti_triples);
  static constexpr int slots = 3 * triples;

  static constexpr bool hermitian_is_odd(int triple) {
    return relation == Relation::conjugate && triple == 2;  // im
  }
  static constexpr bool anti_is_odd(int triple) {
    return relation == Relation::equal || (relation == Relation::conjugate && triple == 0);  // re
  }
  // With the antineutrinos' triples behind the neutrinos' (independent): even ones, then
  // odd ones.
  static constexpr bool triple_is_odd(int triple) {
    constexpr int per_species = 2 * hermitian_triples + anti_triples;
    if (independent) return triple >= per_species;
    if (triple >= 2 * hermitian_triples) return anti_is_odd(triple - 2 * hermitian_triples);
    return hermitian_is_odd(triple % hermitian_triples);
  }
};

// The parts of a workspace, one after the other in memory that is aligned to 64 bytes.
template <class L>
struct Workspace {
  // Two Hermitian matrices and an anti-Hermitian one for every entry of a block, by slot.
  Vector* fields;
  Vector* partial;  // three slots
  // Of every entry: kernel factors C, Q, W, X, R of the header, and D, the correction at
  // the kink, which stands on the diagonal of K_+ and K_-.
  Vector* factors;
  // Two accumulators of gain and loss, added up by finish().
  // by_component[node][species][component], components padded, takes contributions of all
  // lanes to one node; by_node[component * stride + node] takes contributions of each
  // lane to its own of neighbouring nodes.
  double *by_component, *by_node;
  std::ptrdiff_t entries, stride;

  Workspace(int nodes, double* memory) : entries(nodes + lanes), stride(nodes + 2 * QuadrupleInput::margin) {
    fields = reinterpret_cast<Vector*>(memory);
    partial = fields + entries * L::slots;
    factors = partial + entries * 3;
    by_component = reinterpret_cast<double*>(factors + entries * 6);
    by_node = by_component + entries * L::species * L::padded;
  }
  static std::size_t size(int nodes) {
    const std::size_t entries = nodes + lanes, stride = nodes + 2 * QuadrupleInput::margin;
    return entries * ((L::slots + 3 + 6) * lanes + L::species * L::padded) + stride * L::node_components;
  }
};

// K_+ on the three slots f of a triple, in place, by running sums from below and from
// above:
//   (K_+ f)_a = D_a f_a + Q_a sum_(b <= a) C_b f_b + sum_(b <= a) W_b f_b
//             + C_a sum_(b > a) Q_b f_b + W_a sum_(b > a) f_b.
// A running sum waits for its own last addition; three slots at a time keep the processor
// busy.
template <class W>
QKE_INLINE void apply_even(const W& w, int count, Vector* field) {
  const std::ptrdiff_t n = w.entries;
  Vector *f0 = field, *f1 = field + n, *f2 = field + 2 * n;
  Vector *p0 = w.partial, *p1 = p0 + n, *p2 = p1 + n;
  const Vector *C = w.factors, *Q = C + n, *K = Q + n, *D = K + 3 * n;
  Vector c0{}, c1{}, c2{}, k0{}, k1{}, k2{};
  for (int a = 0; a < count; ++a) {
    c0 += C[a] * f0[a], c1 += C[a] * f1[a], c2 += C[a] * f2[a];
    k0 += K[a] * f0[a], k1 += K[a] * f1[a], k2 += K[a] * f2[a];
    p0[a] = D[a] * f0[a] + (Q[a] * c0 + k0);
    p1[a] = D[a] * f1[a] + (Q[a] * c1 + k1);
    p2[a] = D[a] * f2[a] + (Q[a] * c2 + k2);
  }
  Vector q0{}, q1{}, q2{}, s0{}, s1{}, s2{};
  for (int a = count - 1; a >= 0; --a) {
    const Vector v0 = f0[a], v1 = f1[a], v2 = f2[a];
    f0[a] = p0[a] + (C[a] * q0 + K[a] * s0);
    f1[a] = p1[a] + (C[a] * q1 + K[a] * s1);
    f2[a] = p2[a] + (C[a] * q2 + K[a] * s2);
    q0 += Q[a] * v0, q1 += Q[a] * v1, q2 += Q[a] * v2;
    s0 += v0, s1 += v1, s2 += v2;
  }
}

// The same for K_-:
//   (K_- f)_a = sign D_a f_a + R_a sum_(b <= a) X_b f_b + X_a sum_(b > a) R_b f_b.
// The correction at the kink is one of K_s in scattering (sign 1), but one of K_u(k > l),
// which K_- subtracts, in annihilation (sign -1).
template <class W>
QKE_INLINE void apply_odd(const W& w, int count, double sign, Vector* field) {
  const std::ptrdiff_t n = w.entries;
  Vector *f0 = field, *f1 = field + n, *f2 = field + 2 * n;
  Vector *p0 = w.partial, *p1 = p0 + n, *p2 = p1 + n;
  const Vector *X = w.factors + 3 * n, *R = X + n, *D = R + n;
  Vector x0{}, x1{}, x2{};
  for (int a = 0; a < count; ++a) {
    x0 += X[a] * f0[a], x1 += X[a] * f1[a], x2 += X[a] * f2[a];
    const Vector diagonal = sign * D[a];
    p0[a] = diagonal * f0[a] + R[a] * x0;
    p1[a] = diagonal * f1[a] + R[a] * x1;
    p2[a] = diagonal * f2[a] + R[a] * x2;
  }
  Vector r0{}, r1{}, r2{};
  for (int a = count - 1; a >= 0; --a) {
    const Vector v0 = f0[a], v1 = f1[a], v2 = f2[a];
    f0[a] = p0[a] + X[a] * r0, f1[a] = p1[a] + X[a] * r1, f2[a] = p2[a] + X[a] * r2;
    r0 += R[a] * v0, r1 += R[a] * v1, r2 += R[a] * v2;
  }
}

template <class L>
QKE_INLINE void apply_kernels(const Workspace<L>& w, int count, double odd_diagonal) {
  for (int triple = 0; triple < L::triples; ++triple) {
    Vector* field = w.fields + 3 * triple * w.entries;
    if (L::triple_is_odd(triple)) {
      apply_odd(w, count, odd_diagonal, field);
    } else {
      apply_even(w, count, field);
    }
  }
}

// The three matrices that a block works on at one entry: twice the Hermitian and the
// anti-Hermitian part of Y_d(j) (scattering) or rho_k rhobar_l (annihilation), and in
// `linear` twice the difference of this matrix between gain and loss, which is linear in
// rho.
template <bool complex>
struct Entry {
  Hermitian<complex> h, linear;
  AntiHermitian<complex> anti;
};

// The slots of an entry, from `first` on: 0 for the even ones (or all), slots/2 for the
// odd ones.
template <bool complex, class L>
QKE_INLINE void store(const Workspace<L>& w, int first, int entry, const Entry<complex>& e) {
  Vector* to = w.fields + first * w.entries + entry;
  const auto put = [&](const Vector* triple) {
    for (int c = 0; c < 3; ++c, to += w.entries) *to = triple[c];
  };
  for (const Hermitian<complex>* h : {&e.h, &e.linear}) {
    put(h->d), put(h->re);
    if constexpr (complex) put(h->im);
  }
  put(e.anti.re);
  if constexpr (complex) put(e.anti.d), put(e.anti.im);
}

template <bool complex, class L>
QKE_INLINE Entry<complex> fetch(const Workspace<L>& w, int first, int entry) {
  Entry<complex> e{};
  const Vector* from = w.fields + first * w.entries + entry;
  const auto get = [&](Vector* triple) {
    for (int c = 0; c < 3; ++c, from += w.entries) triple[c] = *from;
  };
  for (Hermitian<complex>* h : {&e.h, &e.linear}) {
    get(h->d), get(h->re);
    if constexpr (complex) get(h->im);
  }
  get(e.anti.re);
  if constexpr (complex) get(e.anti.d), get(e.anti.im);
  return e;
}

template <bool complex, class Function>
QKE_INLINE void for_components(Hermitian<complex>& x, const Hermitian<complex>& y, Function&& f) {
  for (int c = 0; c < 3; ++c) {
    f(x.d[c], y.d[c]), f(x.re[c], y.re[c]);
    if constexpr (complex) f(x.im[c], y.im[c]);
  }
}
template <bool complex, class Function>
QKE_INLINE void for_components(AntiHermitian<complex>& x, const AntiHermitian<complex>& y, Function&& f) {
  for (int c = 0; c < 3; ++c) {
    f(x.re[c], y.re[c]);
    if constexpr (complex) f(x.d[c], y.d[c]), f(x.im[c], y.im[c]);
  }
}

template <class Matrix>
QKE_INLINE Matrix sum(const Matrix& x, const Matrix& y) {
  Matrix result = x;
  for_components(result, y, [](Vector& a, const Vector& b) { a += b; });
  return result;
}
template <class Matrix>
QKE_INLINE Matrix difference(const Matrix& x, const Matrix& y) {
  Matrix result = x;
  for_components(result, y, [](Vector& a, const Vector& b) { a -= b; });
  return result;
}
template <class Matrix>
QKE_INLINE Matrix scaled(const Matrix& x, Vector factor) {
  Matrix result = x;
  for_components(result, x, [factor](Vector& a, const Vector& b) { a = factor * b; });
  return result;
}
template <bool complex>
QKE_INLINE Entry<complex> sum(const Entry<complex>& x, const Entry<complex>& y) {
  return {sum(x.h, y.h), sum(x.linear, y.linear), sum(x.anti, y.anti)};
}
template <bool complex>
QKE_INLINE Entry<complex> difference(const Entry<complex>& x, const Entry<complex>& y) {
  return {difference(x.h, y.h), difference(x.linear, y.linear), difference(x.anti, y.anti)};
}
template <bool complex>
QKE_INLINE Entry<complex> scaled(const Entry<complex>& x, Vector factor) {
  return {scaled(x.h, factor), scaled(x.linear, factor), scaled(x.anti, factor)};
}
// The signs of the odd components turned.
template <bool complex, class L>
QKE_INLINE Entry<complex> exchanged(const Entry<complex>& x) {
  Entry<complex> e = x;
  for (int c = 0; c < 3; ++c) {
    if constexpr (complex) {
      if (L::hermitian_is_odd(2)) e.h.im[c] = -e.h.im[c], e.linear.im[c] = -e.linear.im[c];
      if (L::anti_is_odd(1)) e.anti.d[c] = -e.anti.d[c];
      if (L::anti_is_odd(2)) e.anti.im[c] = -e.anti.im[c];
    }
    if (L::anti_is_odd(0)) e.anti.re[c] = -e.anti.re[c];
  }
  return e;
}

// The sums over the lanes of `lanes` vectors, in one vector: a transposition that adds on
// the way, lanes - 1 additions in all.
QKE_INLINE Vector sums_over_lanes(const Vector* v) {
#if QKE_LANES == 2
  return __builtin_shufflevector(v[0], v[1], 0, 2) + __builtin_shufflevector(v[0], v[1], 1, 3);
#elif QKE_LANES == 4
  Vector two[2];
  for (int n = 0; n < 2; ++n) {
    two[n] = __builtin_shufflevector(v[2 * n], v[2 * n + 1], 0, 4, 2, 6) +
             __builtin_shufflevector(v[2 * n], v[2 * n + 1], 1, 5, 3, 7);
  }
  return __builtin_shufflevector(two[0], two[1], 0, 1, 4, 5) +
         __builtin_shufflevector(two[0], two[1], 2, 3, 6, 7);
#else
  Vector two[4], four[2];
  for (int n = 0; n < 4; ++n) {
    two[n] = __builtin_shufflevector(v[2 * n], v[2 * n + 1], 0, 8, 2, 10, 4, 12, 6, 14) +
             __builtin_shufflevector(v[2 * n], v[2 * n + 1], 1, 9, 3, 11, 5, 13, 7, 15);
  }
  for (int n = 0; n < 2; ++n) {
    four[n] = __builtin_shufflevector(two[2 * n], two[2 * n + 1], 0, 1, 8, 9, 4, 5, 12, 13) +
              __builtin_shufflevector(two[2 * n], two[2 * n + 1], 2, 3, 10, 11, 6, 7, 14, 15);
  }
  return __builtin_shufflevector(four[0], four[1], 0, 1, 2, 3, 8, 9, 10, 11) +
         __builtin_shufflevector(four[0], four[1], 4, 5, 6, 7, 12, 13, 14, 15);
#endif
}

// Where gain and loss matrices of a species are added: at one node, summed over the
// lanes, or at neighbouring nodes.
struct OneNode {
  double* sums;  // by component
};
struct NeighbouringNodes {
  double* sums;
  std::ptrdiff_t stride;
};

template <class L>
QKE_INLINE OneNode one_node(const Workspace<L>& w, int species, int node) {
  return {w.by_component + (node * L::species + species) * L::padded};
}
template <class L>
QKE_INLINE NeighbouringNodes neighbouring_nodes(const Workspace<L>& w, int species, int first) {
  return {w.by_node + species * 2 * L::components * w.stride + QuadrupleInput::margin + first, w.stride};
}

// gain += G, loss += L.
template <bool complex>
QKE_INLINE void add(const NeighbouringNodes& to, const General<complex>& gain, const General<complex>& loss) {
  constexpr int components = complex ? 18 : 9;
  for (int c = 0; c < 9; ++c) {
    add_to(to.sums + c * to.stride, gain.re[c]);
    add_to(to.sums + (components + c) * to.stride, loss.re[c]);
    if constexpr (complex) {
      add_to(to.sums + (9 + c) * to.stride, gain.im[c]);
      add_to(to.sums + (components + 9 + c) * to.stride, loss.im[c]);
    }
  }
}
template <bool complex>
QKE_INLINE void add(const OneNode& to, const General<complex>& gain, const General<complex>& loss) {
  constexpr int components = complex ? 18 : 9, padded = (2 * components + 7) / 8 * 8;
  Vector all_components[padded];
  for (int c = 0; c < 9; ++c) {
    all_components[c] = gain.re[c];
    all_components[components + c] = loss.re[c];
    if constexpr (complex) {
      all_components[9 + c] = gain.im[c];
      all_components[components + 9 + c] = loss.im[c];
    }
  }
  for (int c = 2 * components; c < padded; ++c) all_components[c] = Vector{};
  for (int c = 0; c < 2 * components; c += lanes) add_to(to.sums + c, sums_over_lanes(all_components + c));
}

template <bool complex>
QKE_INLINE General<complex> difference(const General<complex>& x, const General<complex>& y) {
  General<complex> result;
  for (int c = 0; c < 9; ++c) {
    result.re[c] = x.re[c] - y.re[c];
    if constexpr (complex) result.im[c] = x.im[c] - y.im[c];
  }
  return result;
}
template <bool complex>
QKE_INLINE General<complex> sum(const General<complex>& x, const General<complex>& y) {
  General<complex> result;
  for (int c = 0; c < 9; ++c) {
    result.re[c] = x.re[c] + y.re[c];
    if constexpr (complex) result.im[c] = x.im[c] + y.im[c];
  }
  return result;
}
template <bool complex>
QKE_INLINE void subtract(General<complex>& x, const Hermitian<complex>& h) {
  for (int a = 0; a < 3; ++a) {
    for (int b = 0; b < 3; ++b) {
      x.re[3 * a + b] -= real_part(h, a, b);
      if constexpr (complex) {
        if (a != b) x.im[3 * a + b] -= imaginary_part(h, a, b);
      }
    }
  }
}

// Scattering at `lanes` values of d from d0 on. With hi = k + d, l = j + d and, + Tr
// standing for the trace times the unit matrix, Y_d(j) = rho_l (1 - rho_j) + Tr,
//   M = sum_j [K_s Y_d(j) + K_u Ybar_d(j)^dagger],
//   D = the same sum of rho_l (1 - rho_j) - (1 - rho_l) rho_j + Tr = rho_l - rho_j + Tr:
//   gain_hi += M rho_k,               loss_hi += (M - D)(1 - rho_k),
//   gain_k += (M^dagger - D) rho_hi,  loss_k += M^dagger (1 - rho_hi).
// Each pair (k, hi) is met once and serves both directions. d = 0 cancels between gain
// and loss.
template <bool complex, class L>
__attribute__((noinline)) void add_scattering(const QuadrupleInput& in, int d0, const Workspace<L>& w) {
  const int count = in.nodes - d0;
  const Vector d = ascending(d0);
  Vector *C = w.factors, *Q = C + w.entries, *K = Q + w.entries, *X = K + w.entries, *R = X + w.entries,
         *D = R + w.entries;
  for (int a = 0; a < count; ++a) {
    const double m = a + 1, m3 = m * m * m;
    C[a] = all(4.0 / 3.0 * m3);
    Q[a] = 2.0 * m * m + (2.0 * m + d) * d;
    K[a] = m3 * m * (2.0 / 3.0 * d + 4.0 / 15.0 * m);
    X[a] = 2.0 / 3.0 * m3 * (2.0 * d + m);
    R[a] = 2.0 * m + d;
    D[a] = -1.0 / 3.0 * m * m * (m + d) * (m + d);
  }

  const auto up_and_difference = [&](const double* rho, int j, Vector inside) {
    const auto low = at_node<complex>(rho, in.stride, j), high = from_node<complex>(rho, in.stride, j + d0);
    Entry<complex> e;
    split(product<complex>(high, low), e.h, e.anti);
    e.h = difference(scaled(high, all(2.0)), e.h);
    e.anti = scaled(e.anti, all(-1.0));
    // In the margin rho is 0, and with it the products; the difference has to be told.
    e.linear = scaled(difference(high, low), 2.0 * inside);
    return e;
  };
  for (int j = 0; j < count; ++j) {
    const Vector inside = load(in.inside + j + d0);
    const Entry<complex> e = up_and_difference(in.nu, j, inside);
    if constexpr (L::independent) {
      Entry<complex> bar = up_and_difference(in.bar, j, inside);
      bar.anti = scaled(bar.anti, all(-1.0));  // of Ybar^dagger
      store(w, 0, j, sum(e, bar));
      store(w, L::slots / 2, j, difference(e, bar));
    } else {
      store(w, 0, j, e);
    }
  }

  apply_kernels(w, count, 1.0);

  const auto accumulate = [&](const double* rho, int species, int k, Entry<complex> e) {
    // Where some lanes have left the grid.
    if (k + d0 + lanes > in.nodes) e = scaled(e, load(in.inside + k + d0));
    add_trace(e.h), add_trace(e.linear);
    const auto low = at_node<complex>(rho, in.stride, k), high = from_node<complex>(rho, in.stride, k + d0);
    {
      const General<complex> M = join(e.h, e.anti, 1.0), gain = product<complex>(M, low);
      General<complex> loss = sum(difference(M, gain), product<complex>(e.linear, low));
      subtract(loss, e.linear);
      add<complex>(neighbouring_nodes(w, species, k + d0), gain, loss);
    }
    {
      const General<complex> M = join(e.h, e.anti, -1.0), through = product<complex>(M, high);
      add<complex>(one_node(w, species, k), difference(through, product<complex>(e.linear, high)),
                   difference(M, through));
    }
  };
  for (int k = 0; k < count; ++k) {
    const Entry<complex> even = fetch<complex>(w, 0, k);
    if constexpr (L::independent) {
      const Entry<complex> odd = fetch<complex>(w, L::slots / 2, k);
      Entry<complex> bar = difference(even, odd);
      bar.anti = scaled(bar.anti, all(-1.0));
      accumulate(in.nu, 0, k, sum(even, odd));
      accumulate(in.bar, 1, k, bar);
    } else {
      accumulate(in.nu, 0, k, even);
    }
  }
}

// The pairs of momenta with the sum n, for `lanes` values of n from n0 on, from outside
// in: entry t is the pair with the t-th smallest momentum. Where it all fits on the grid
// (`small_first`) that is node t in every lane, and its partner varies; otherwise the
// partner of the t-th is node N - 1 - t in every lane.
template <bool small_first>
struct Pairs {
  int nodes, n0;

  QKE_INLINE int count(const Pairs& p) {
    return small_first ? (p.n0 + lanes - 1) / 2 + 1 : (2 * (p.nodes - 1) - p.n0) / 2 + 1;
  }
  // The node that all lanes have in common, and the first of the nodes that vary with the
  // lane.
  QKE_INLINE int common(const Pairs& p, int t) { return small_first ? t : p.nodes - 1 - t; }
  QKE_INLINE int first(const Pairs& p, int t) { return small_first ? p.n0 - t : p.n0 - (p.nodes - 1) + t; }
  QKE_INLINE Vector small(const Pairs& p, int t) {
    return small_first ? all(t + 1.0) : ascending(first(p, t) + 1.0);
  }
  QKE_INLINE Vector large(const Pairs& p, int t) {
    return small_first ? ascending(first(p, t) + 1.0) : all(p.nodes - t);
  }
  // 1 for a pair, 1/2 where both are the same node, which is then found twice, 0 where
  // there is none.
  QKE_INLINE Vector weight(const Pairs& p, int t) {
    const Vector gap = large(p, t) - small(p, t);
    Vector weight{};
    for (int lane = 0; lane < lanes; ++lane) {
      const int last = small_first ? p.nodes - 1 : 2 * (p.nodes - 1);
      const double full = p.n0 + lane > last ? 0.0 : 1.0;
      weight[lane] = gap[lane] > 0.0 ? full : gap[lane] == 0.0 ? 0.5 * full : 0.0;
    }
    return weight;
  }
};

// Annihilation at `lanes` values of n = i + j = k + l from n0 on. With
//   A_ij = sum_k K_u [rho_k rhobar_l + Tr],
//   B_ij = sum_k K_u [(1 - rho_k)(1 - rhobar_l) + Tr]
//        = A_ij + sum_k K_u [1 - rho_k - rhobar_l + Tr]:
//   gain_i += A_ij (1 - rhobar_j),             loss_i += B_ij rhobar_j,
//   gainbar_j += A_ij^dagger (1 - rho_i),      lossbar_j += B_ij^dagger rho_i.
template <bool complex, Relation relation, bool small_first, class L>
__attribute__((noinline)) void add_annihilation(const QuadrupleInput& in, int n0, const Workspace<L>& w) {
  using P = Pairs<small_first>;
  using H = Hermitian<complex>;
  const P pairs{in.nodes, n0};
  const int count = P::count(pairs);
  Vector *C = w.factors, *Q = C + w.entries, *K = Q + w.entries, *X = K + w.entries, *R = X + w.entries,
         *D = R + w.entries;
  for (int t = 0; t < count; ++t) {
    const Vector s = P::small(pairs, t), l = P::large(pairs, t), n = s + l, s3 = s * s * s;
    C[t] = 4.0 / 3.0 * s3;
    Q[t] = s * s + l * l;
    K[t] = s3 * s * (4.0 / 15.0 * s - 2.0 / 3.0 * n);
    X[t] = 2.0 / 3.0 * s3 * (2.0 * n - s);
    R[t] = s - l;
    // 3 - 2 weight = 2 where i = j: such an entry has half of its matrix, and D is to act
    // on all of it.
    D[t] = -1.0 / 3.0 * s * s * l * l * (3.0 - 2.0 * P::weight(pairs, t));
  }

  const double* bar = L::independent ? in.bar : in.nu;
  const auto common = [&](const double* rho, int t) {
    return at_node<complex>(rho, in.stride, P::common(pairs, t));
  };
  const auto varying = [&](const double* rho, int t) {
    return from_node<complex>(rho, in.stride, P::first(pairs, t));
  };
  // rhobar from rho; `bar` holds rhobar itself where it is independent.
  const auto bar_of = [](H rho) {
    if (relation == Relation::conjugate) conjugate(rho);
    return rho;
  };
  // Twice rho_k rhobar_l and 1 - rho_k - rhobar_l.
  const auto pair_of = [](const H& k, const H& l_bar) {
    Entry<complex> e;
    split(product<complex>(k, l_bar), e.h, e.anti);
    e.linear = scaled(sum(k, l_bar), all(-2.0));
    for (int a = 0; a < 3; ++a) e.linear.d[a] += 2.0;
    return e;
  };
  for (int t = 0; t < count; ++t) {
    const Vector weight = P::weight(pairs, t);
    const H c = common(in.nu, t), v = varying(in.nu, t);
    const H c_bar = bar_of(common(bar, t)), v_bar = bar_of(varying(bar, t));
    // `small`: k is the smaller momentum of the pair (k, l); `large`: the larger. Where
    // rhobar follows from rho, the one is the other with the signs of its odd components
    // turned.
    const Entry<complex> small = small_first ? pair_of(c, v_bar) : pair_of(v, c_bar);
    if constexpr (L::independent) {
      const Entry<complex> large = small_first ? pair_of(v, c_bar) : pair_of(c, v_bar);
      store(w, 0, t, scaled(sum(small, large), weight));
      store(w, L::slots / 2, t, scaled(difference(small, large), weight));
    } else {
      store(w, 0, t, scaled(small, weight));
    }
  }

  apply_kernels(w, count, -1.0);

  // B = A + linear.
  const auto accumulate = [&](const auto& to, const Entry<complex>& e, double sign, const H& other) {
    const General<complex> A = join(e.h, e.anti, sign), through = product<complex>(A, other);
    add<complex>(to, difference(A, through), sum(through, product<complex>(e.linear, other)));
  };
  for (int t = 0; t < count; ++t) {
    const Vector weight = P::weight(pairs, t);
    const Entry<complex> even = scaled(fetch<complex>(w, 0, t), weight);
    // Row i the larger, and the smaller, momentum.
    Entry<complex> large, small;
    if constexpr (L::independent) {
      const Entry<complex> odd = scaled(fetch<complex>(w, L::slots / 2, t), weight);
      large = sum(even, odd), small = difference(even, odd);
    } else {
      large = even, small = exchanged<complex, L>(even);
    }
    add_trace(large.h), add_trace(large.linear), add_trace(small.h), add_trace(small.linear);
    const Entry<complex>&of_common = small_first ? small : large, &of_varying = small_first ? large : small;
    const auto common_to = [&](int species) { return one_node(w, species, P::common(pairs, t)); };
    const auto varying_to = [&](int species) { return neighbouring_nodes(w, species, P::first(pairs, t)); };
    accumulate(common_to(0), of_common, 1.0, bar_of(varying(bar, t)));
    accumulate(varying_to(0), of_varying, 1.0, bar_of(common(bar, t)));
    if constexpr (L::independent) {
      accumulate(common_to(1), of_varying, -1.0, varying(in.nu, t));
      accumulate(varying_to(1), of_common, -1.0, common(in.nu, t));
    }
  }
}

int blocks_of(int count) { return (count + lanes - 1) / lanes; }

template <bool complex, Relation relation>
struct Sums {
  using L = Layout<complex, relation>;

  // Scattering with d = 1 ... N - 1; annihilation with n = 0 ... N - 1 and with
  // n = N ... 2 (N - 1), nodes counted from 0.
  static int blocks(int nodes) { return 2 * blocks_of(nodes - 1) + blocks_of(nodes); }

  static std::size_t workspace_size(int nodes) { return Workspace<L>::size(nodes); }

  static void begin(int nodes, double* workspace) {
    const Workspace<L> w(nodes, workspace);
    // by_node follows by_component in memory: one loop clears both.
    const std::ptrdiff_t sums = w.entries * L::species * L::padded + w.stride * L::node_components;
    for (std::ptrdiff_t n = 0; n < sums; ++n) w.by_component[n] = 0.0;
  }

  static void add_block(const QuadrupleInput& input, int block, double* workspace) {
    const Workspace<L> w(input.nodes, workspace);
    const int scattering = blocks_of(input.nodes - 1), first_half = blocks_of(input.nodes);
    if (block < scattering) {
      add_scattering<complex>(input, 1 + block * lanes, w);
    } else if (block < scattering + first_half) {
      add_annihilation<complex, relation, true>(input, (block - scattering) * lanes, w);
    } else {
      add_annihilation<complex, relation, false>(input,
                                                 input.nodes + (block - scattering - first_half) * lanes, w);
    }
  }

  static void finish(int nodes, const double* workspace, double* out) {
    const Workspace<L> w(nodes, const_cast<double*>(workspace));
    // With independent antineutrinos the entries are sums and differences of two species,
    // which make 2 M and 2 A.
    const double factor = L::independent ? 0.5 : 1.0;
    for (int species = 0; species < L::species; ++species) {
      for (int c = 0; c < 2 * L::components; ++c) {
        const int row = species * 2 * L::components + c;
        const double* by_node = w.by_node + row * w.stride + QuadrupleInput::margin;
        const double* by_component = w.by_component + species * L::padded + c;
        for (int i = 0; i < nodes; ++i) {
          out[row * nodes + i] += factor * (by_node[i] + by_component[i * L::species * L::padded]);
        }
      }
    }
  }

  static constexpr QuadrupleSums functions{blocks, workspace_size, begin, add_block, finish};
};

}  // namespace

const QuadrupleSumsTable& quadruple_sums() {
  static constexpr QuadrupleSumsTable table{
      Sums<false, Relation::equal>::functions, Sums<false, Relation::independent>::functions,
      Sums<true, Relation::equal>::functions, Sums<true, Relation::conjugate>::functions,
      Sums<true, Relation::independent>::functions};
  return table;
}

}  // namespace qke::QKE_NAMESPACE
