// HDF5 objects over the C API: the only source that includes hdf5.
#include "output/hdf5_file.hpp"

#include <hdf5.h>
#include <hdf5_hl.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <functional>
#include <numeric>
#include <stdexcept>

#include "qke/error.hpp"

namespace qke {
namespace {

// The innermost entry of HDF5's error stack: what went wrong, not who passed it on.
std::string reason_of_failure() {
  std::string reason = "no reason given";
  const auto keep_first = [](unsigned position, const H5E_error2_t* entry, void* text) -> herr_t {
    if (position == 0 && entry->desc) *static_cast<std::string*>(text) = entry->desc;
    return 0;
  };
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_first, &reason);
  return reason;
}

[[noreturn]] void fail(const std::string& action) {
  throw InputOutputError("cannot " + action + " (HDF5: " + reason_of_failure() +
                         "). Is there enough memory? If so, please report this as a defect.");
}

void check(herr_t status, const std::string& action) {
  if (status < 0) fail(action);
}

[[noreturn]] void fail_to_read(const std::string& what) {
  throw InputOutputError("cannot read " + what + " (HDF5: " + reason_of_failure() +
                         "). Choose a file that this program wrote.");
}

[[noreturn]] void refuse(const std::string& what, const std::string& why) {
  throw InputOutputError("cannot read " + what + " (" + why + "). Choose a file that this program wrote.");
}

Hdf5Handle opened(hid_t id, Hdf5Handle::Closer close, const std::string& what) {
  if (id < 0) fail_to_read(what);
  return {id, close, "read " + what};
}

Hdf5Handle string_type() {
  Hdf5Handle type(H5Tcopy(H5T_C_S1), H5Tclose, "create a string type");
  check(H5Tset_size(type.id(), H5T_VARIABLE), "set the length of a string type");
  check(H5Tset_cset(type.id(), H5T_CSET_UTF8), "set the encoding of a string type");
  return type;
}

Hdf5Handle dataspace(const std::vector<hsize_t>& shape) {
  const hid_t space = shape.empty() ? H5Screate(H5S_SCALAR)
                                    : H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr);
  return {space, H5Sclose, "create a dataspace"};
}

constexpr unsigned in_creation_order = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;

// Properties of a new file, group or dataset: netCDF-4 lists things in the order of their creation.
Hdf5Handle creation_properties(hid_t object_class) {
  Hdf5Handle properties(H5Pcreate(object_class), H5Pclose, "create a property list");
  check(H5Pset_obj_track_times(properties.id(), false), "switch off time stamps");
  check(H5Pset_attr_creation_order(properties.id(), in_creation_order), "keep the order of attributes");
  if (object_class != H5P_DATASET_CREATE) {
    check(H5Pset_link_creation_order(properties.id(), in_creation_order), "keep the order of datasets");
  }
  return properties;
}

// HDF5 takes two files in memory for one if their names are equal. Nothing is written to disk.
std::string unused_name() {
  static std::atomic<unsigned> number{0};
  return "qke-decouple file in memory " + std::to_string(++number);
}

Hdf5Handle access_in_memory() {
  // HDF5 prints its error stack on stderr unless told not to; our exceptions carry the reason.
  check(H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr), "silence HDF5");
  Hdf5Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "create a property list");
  constexpr std::size_t growth = 1 << 20;
  check(H5Pset_fapl_core(access.id(), growth, false), "keep a file in memory");
  return access;
}

Hdf5Handle create_file_in_memory() {
  const Hdf5Handle access = access_in_memory();
  // The oldest format that holds the content, so that most readers open it; a lower bound of 1.8 also makes
  // H5Fget_file_image return a wrong checksum before HDF5 2.0 (github.com/HDFGroup/hdf5/issues/1915).
  check(H5Pset_libver_bounds(access.id(), H5F_LIBVER_EARLIEST, H5F_LIBVER_V110), "choose the file format");
  const Hdf5Handle creation = creation_properties(H5P_FILE_CREATE);
  return {H5Fcreate(unused_name().c_str(), H5F_ACC_TRUNC, creation.id(), access.id()), H5Fclose,
          "create a file in memory"};
}

Hdf5Handle open_file_in_memory(std::span<const std::byte> bytes) {
  const Hdf5Handle access = access_in_memory();
  // HDF5 copies the image; the argument is not const because other uses change it.
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast)
  void* image = const_cast<std::byte*>(bytes.data());
  check(H5Pset_file_image(access.id(), image, bytes.size()), "keep a file in memory");
  return opened(H5Fopen(unused_name().c_str(), H5F_ACC_RDONLY, access.id()), H5Fclose, "the file");
}

void write_attribute_of(hid_t object, const std::string& name, hid_t file_type, hid_t memory_type,
                        const void* data) {
  const std::string action = "write the attribute '" + name + "'";
  const Hdf5Handle space = dataspace({});
  const Hdf5Handle attribute(
      H5Acreate2(object, name.c_str(), file_type, space.id(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose, action);
  check(H5Awrite(attribute.id(), memory_type, data), action);
}

void write_text_attribute_of(hid_t object, const std::string& name, const std::string& value) {
  const Hdf5Handle type = string_type();
  const char* const text = value.c_str();
  write_attribute_of(object, name, type.id(), type.id(), &text);
}

Hdf5Handle write_dataset(hid_t group, const std::string& name, const std::vector<hsize_t>& shape,
                         hid_t file_type, hid_t memory_type, const void* data,
                         const Description& description) {
  const std::string action = "write the dataset '" + name + "'";
  const Hdf5Handle space = dataspace(shape);
  const Hdf5Handle properties = creation_properties(H5P_DATASET_CREATE);
  Hdf5Handle dataset(
      H5Dcreate2(group, name.c_str(), file_type, space.id(), H5P_DEFAULT, properties.id(), H5P_DEFAULT),
      H5Dclose, action);
  check(H5Dwrite(dataset.id(), memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data), action);
  write_text_attribute_of(dataset.id(), "units", description.units);
  write_text_attribute_of(dataset.id(), "long_name", description.long_name);
  return dataset;
}

Hdf5Handle open_dimension(hid_t group, const std::string& name) {
  return {H5Dopen2(group, name.c_str(), H5P_DEFAULT), H5Dclose, "find the dimension '" + name + "'"};
}

hsize_t length_of(const Hdf5Handle& dimension) {
  const Hdf5Handle space(H5Dget_space(dimension.id()), H5Sclose, "read the length of a dimension");
  return static_cast<hsize_t>(H5Sget_simple_extent_npoints(space.id()));
}

// Text, whether an attribute or a dataset. HDF5 allocates it, and takes it back.
template <class Read>
std::string read_text_of(const Hdf5Handle& type, const Hdf5Handle& space, const std::string& what,
                         const Read& read) {
  if (H5Tis_variable_str(type.id()) <= 0 || H5Sget_simple_extent_npoints(space.id()) != 1) {
    refuse(what, "it is not a text");
  }
  const Hdf5Handle memory_type = string_type();
  char* text = nullptr;
  if (read(memory_type.id(), &text) < 0) fail_to_read(what);
  std::string value = text == nullptr ? "" : text;
  H5free_memory(text);
  return value;
}

// Follows hard links only: a soft or external one may lead out of the group, or out of the file.
hid_t open_here(hid_t group, const std::string& name, const std::string& what) {
  H5L_info_t link{};
  if (H5Lget_info(group, name.c_str(), &link, H5P_DEFAULT) < 0) fail_to_read(what);
  if (link.type != H5L_TYPE_HARD) refuse(what, "it is a link to elsewhere");
  return H5Oopen(group, name.c_str(), H5P_DEFAULT);
}

// Neither external storage nor a virtual dataset: the numbers stand in the file itself.
void require_stored_here(const Hdf5Handle& dataset, const std::string& what) {
  const Hdf5Handle properties = opened(H5Dget_create_plist(dataset.id()), H5Pclose, what);
  if (H5Pget_layout(properties.id()) == H5D_VIRTUAL || H5Pget_external_count(properties.id()) != 0) {
    refuse(what, "it is stored elsewhere");
  }
}

struct OpenAttribute {
  std::string what;
  Hdf5Handle attribute, type, space;

  OpenAttribute(hid_t object, const std::string& name)
      : what("the attribute '" + name + "'"),
        attribute(opened(H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose, what)),
        type(opened(H5Aget_type(attribute.id()), H5Tclose, what)),
        space(opened(H5Aget_space(attribute.id()), H5Sclose, what)) {}
};

struct OpenDataset {
  std::string what;
  Hdf5Handle dataset, type, space;

  OpenDataset(hid_t group, const std::string& name)
      : what("the dataset '" + name + "'"),
        dataset(opened(open_here(group, name, what), H5Oclose, what)),
        type(opened(H5Dget_type(dataset.id()), H5Tclose, what)),
        space(opened(H5Dget_space(dataset.id()), H5Sclose, what)) {
    require_stored_here(dataset, what);
  }

  void require(H5T_class_t type_class, const char* why) const {
    if (H5Tget_class(type.id()) != type_class) refuse(what, why);
  }
  void read(hid_t memory_type, void* values) const {
    if (H5Dread(dataset.id(), memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0) fail_to_read(what);
  }
  template <class Value>
  Value scalar(hid_t memory_type) const {
    if (H5Sget_simple_extent_type(space.id()) != H5S_SCALAR) refuse(what, "it is not one number");
    Value value{};
    read(memory_type, &value);
    return value;
  }
  std::vector<std::int64_t> shape() const {
    const int rank = H5Sget_simple_extent_ndims(space.id());
    if (rank < 0) fail_to_read(what);
    std::vector<hsize_t> lengths(static_cast<std::size_t>(rank));
    if (H5Sget_simple_extent_dims(space.id(), lengths.data(), nullptr) < 0) fail_to_read(what);
    return {lengths.begin(), lengths.end()};
  }
};

void make_scale(const Hdf5Handle& dataset, const std::string& name) {
  check(H5DSset_scale(dataset.id(), name.c_str()), "make a dimension of '" + name + "'");
}

}  // namespace

Hdf5Handle::Hdf5Handle(std::int64_t id, Closer close, const std::string& action) : id_(id), close_(close) {
  if (id_ < 0) fail(action);
}

Hdf5Handle::~Hdf5Handle() {
  if (id_ >= 0) close_(id_);
}

Hdf5Group Hdf5Group::create_group(const std::string& name) const {
  const Hdf5Handle properties = creation_properties(H5P_GROUP_CREATE);
  return Hdf5Group({H5Gcreate2(handle_.id(), name.c_str(), H5P_DEFAULT, properties.id(), H5P_DEFAULT),
                    H5Gclose, "create the group '" + name + "'"});
}

void Hdf5Group::write_attribute(const std::string& name, const std::string& value) const {
  write_text_attribute_of(handle_.id(), name, value);
}

void Hdf5Group::write_attribute(const std::string& name, std::int64_t value) const {
  write_attribute_of(handle_.id(), name, H5T_STD_I64LE, H5T_NATIVE_INT64, &value);
}

void Hdf5Group::write_scalar(const std::string& name, double value, const Description& description) const {
  write_dataset(handle_.id(), name, {}, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, &value, description);
}

void Hdf5Group::write_scalar(const std::string& name, std::int64_t value,
                             const Description& description) const {
  write_dataset(handle_.id(), name, {}, H5T_STD_I64LE, H5T_NATIVE_INT64, &value, description);
}

void Hdf5Group::write_scalar(const std::string& name, const std::string& value,
                             const Description& description) const {
  const Hdf5Handle type = string_type();
  const char* const text = value.c_str();
  write_dataset(handle_.id(), name, {}, type.id(), type.id(), &text, description);
}

void Hdf5Group::write_dimension(const std::string& name, const std::vector<double>& values,
                                const Description& description) const {
  make_scale(write_dataset(handle_.id(), name, {values.size()}, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE,
                           values.data(), description),
             name);
}

void Hdf5Group::write_dimension(const std::string& name, const std::vector<std::string>& labels,
                                const Description& description) const {
  std::vector<const char*> texts;
  for (const std::string& label : labels) texts.push_back(label.c_str());
  const Hdf5Handle type = string_type();
  make_scale(
      write_dataset(handle_.id(), name, {texts.size()}, type.id(), type.id(), texts.data(), description),
      name);
}

void Hdf5Group::write_array(const std::string& name, const std::vector<std::string>& dimensions,
                            const std::vector<double>& values, const Description& description) const {
  std::vector<Hdf5Handle> scales;
  std::vector<hsize_t> shape;
  for (const std::string& dimension : dimensions) {
    scales.push_back(open_dimension(handle_.id(), dimension));
    shape.push_back(length_of(scales.back()));
  }
  const hsize_t size = std::accumulate(shape.begin(), shape.end(), hsize_t{1}, std::multiplies<>());
  if (size != values.size()) {
    throw std::invalid_argument("cannot write the dataset '" + name + "' (its dimensions hold " +
                                std::to_string(size) + " numbers, " + std::to_string(values.size()) +
                                " were given). Please report this as a defect.");
  }
  const Hdf5Handle dataset =
      write_dataset(handle_.id(), name, shape, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, values.data(), description);
  for (unsigned axis = 0; axis < scales.size(); ++axis) {
    check(H5DSattach_scale(dataset.id(), scales[axis].id(), axis),
          "attach the dimension '" + dimensions[axis] + "' to '" + name + "'");
  }
}

Hdf5Group Hdf5Group::open_group(const std::string& name) const {
  const std::string what = "the group '" + name + "'";
  return Hdf5Group(opened(open_here(handle_.id(), name, what), H5Oclose, what));
}

bool Hdf5Group::has(const std::string& name) const {
  return H5Lexists(handle_.id(), name.c_str(), H5P_DEFAULT) > 0;
}

std::string Hdf5Group::read_text_attribute(const std::string& name) const {
  const OpenAttribute a(handle_.id(), name);
  return read_text_of(a.type, a.space, a.what,
                      [&](hid_t type, void* text) { return H5Aread(a.attribute.id(), type, text); });
}

std::int64_t Hdf5Group::read_integer_attribute(const std::string& name) const {
  const OpenAttribute a(handle_.id(), name);
  if (H5Tget_class(a.type.id()) != H5T_INTEGER || H5Sget_simple_extent_type(a.space.id()) != H5S_SCALAR) {
    refuse(a.what, "it is not one integer");
  }
  std::int64_t value = 0;
  if (H5Aread(a.attribute.id(), H5T_NATIVE_INT64, &value) < 0) fail_to_read(a.what);
  return value;
}

double Hdf5Group::read_real(const std::string& name) const {
  const OpenDataset d(handle_.id(), name);
  d.require(H5T_FLOAT, "it is not a real number");
  return d.scalar<double>(H5T_NATIVE_DOUBLE);
}

std::int64_t Hdf5Group::read_integer(const std::string& name) const {
  const OpenDataset d(handle_.id(), name);
  d.require(H5T_INTEGER, "it is not an integer");
  return d.scalar<std::int64_t>(H5T_NATIVE_INT64);
}

std::string Hdf5Group::read_text(const std::string& name) const {
  const OpenDataset d(handle_.id(), name);
  return read_text_of(d.type, d.space, d.what, [&](hid_t type, void* text) {
    return H5Dread(d.dataset.id(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, text);
  });
}

std::vector<double> Hdf5Group::read_array(const std::string& name, std::vector<std::int64_t>& shape) const {
  const OpenDataset d(handle_.id(), name);
  d.require(H5T_FLOAT, "it does not hold real numbers");
  const std::vector<std::int64_t> found = d.shape();
  const bool fits =
      std::equal(found.begin(), found.end(), shape.begin(), shape.end(),
                 [](std::int64_t is, std::int64_t wanted) { return wanted < 0 || is == wanted; });
  if (!fits) refuse(d.what, "it has another shape");
  // The program compresses nothing: an array larger than what is stored is refused before it takes memory.
  const hssize_t size = H5Sget_simple_extent_npoints(d.space.id());
  if (size < 0 || static_cast<hsize_t>(size) > H5Dget_storage_size(d.dataset.id()) / sizeof(double)) {
    refuse(d.what, "it is larger than what is stored");
  }
  shape = found;
  std::vector<double> values(static_cast<std::size_t>(size));
  if (!values.empty()) d.read(H5T_NATIVE_DOUBLE, values.data());
  return values;
}

Hdf5File::Hdf5File(std::span<const std::byte> bytes)
    : file_(open_file_in_memory(bytes)),
      root_({H5Gopen2(file_.id(), "/", H5P_DEFAULT), H5Gclose, "open the root group"}) {}

Hdf5File::Hdf5File()
    : file_(create_file_in_memory()),
      root_({H5Gopen2(file_.id(), "/", H5P_DEFAULT), H5Gclose, "open the root group"}) {}

std::vector<std::byte> Hdf5File::bytes() const {
  const std::string action = "assemble the file in memory";
  check(H5Fflush(file_.id(), H5F_SCOPE_GLOBAL), action);
  const ssize_t size = H5Fget_file_image(file_.id(), nullptr, 0);
  if (size < 0) fail(action);
  std::vector<std::byte> image(static_cast<std::size_t>(size));
  if (H5Fget_file_image(file_.id(), image.data(), image.size()) != size) fail(action);
  return image;
}

std::string Hdf5File::library_version() {
  std::array<unsigned, 3> number{};
  H5get_libversion(number.data(), &number[1], &number[2]);
  return std::to_string(number[0]) + "." + std::to_string(number[1]) + "." + std::to_string(number[2]);
}

}  // namespace qke
