// HDF5 files in memory: their bytes as HDF5 itself reads them back.
#include "output/hdf5_file.hpp"

#include <gtest/gtest.h>
#include <hdf5.h>
#include <hdf5_hl.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "qke/error.hpp"

namespace {

using qke::Hdf5File;
using qke::Hdf5Group;

Hdf5File small_file() {
  Hdf5File file;
  file.root().write_attribute("text", "a \xCE\xBD and an empty line\n\n");
  file.root().write_attribute("empty", "");
  file.root().write_attribute("number", 7);
  const Hdf5Group group = file.root().create_group("group");
  group.write_dimension("zeta", std::vector<double>{1.5, 2.5}, {"MeV", "first dimension"});
  group.write_dimension("alpha", std::vector<std::string>{"e", "mu", "tau"}, {"1", "second dimension"});
  group.write_array("table", {"zeta", "alpha"}, {1, 2, 3, 4, 5, 6}, {"s", "a table"});
  group.write_scalar("one", 1.0, {"1", "a double"});
  group.write_scalar("two", std::int64_t{1} << 40, {"1", "an integer"});
  group.write_scalar("three", "three", {"1", "a text"});
  return file;
}

// Closing a file that still has open objects is enough for a test: everything is in memory.
class Hdf5FileTest : public testing::Test {
 protected:
  hid_t open(const Hdf5File& file) {
    std::vector<std::byte> bytes = file.bytes();
    file_ = H5LTopen_file_image(bytes.data(), bytes.size(), 0);
    return file_;
  }

  std::string text_attribute(const char* object, const char* name) {
    char* text = nullptr;
    const hid_t attribute = H5Aopen_by_name(file_, object, name, H5P_DEFAULT, H5P_DEFAULT);
    const hid_t type = H5Aget_type(attribute);
    EXPECT_GT(H5Tis_variable_str(type), 0);
    EXPECT_EQ(H5Tget_cset(type), H5T_CSET_UTF8);
    EXPECT_GE(H5Aread(attribute, type, &text), 0);
    const std::string value = text ? text : "";
    H5free_memory(text);
    H5Tclose(type);
    H5Aclose(attribute);
    return value;
  }

  void TearDown() override {
    if (file_ >= 0) H5Fclose(file_);
  }

  hid_t file_ = -1;
};

TEST_F(Hdf5FileTest, AttributesAreUtf8OfVariableLength) {
  open(small_file());
  EXPECT_EQ(text_attribute("/", "text"), "a \xCE\xBD and an empty line\n\n");
  EXPECT_EQ(text_attribute("/", "empty"), "");
  long long number = 0;
  EXPECT_GE(H5LTget_attribute_long_long(file_, "/", "number", &number), 0);
  EXPECT_EQ(number, 7);
}

TEST_F(Hdf5FileTest, ScalarsComeBack) {
  open(small_file());
  double one = 0;
  EXPECT_GE(H5LTread_dataset_double(file_, "/group/one", &one), 0);
  EXPECT_EQ(one, 1.0);
  long long two = 0;
  EXPECT_GE(H5LTread_dataset(file_, "/group/two", H5T_NATIVE_LLONG, &two), 0);
  EXPECT_EQ(two, 1LL << 40);
  EXPECT_EQ(text_attribute("/group/three", "long_name"), "a text");
}

TEST_F(Hdf5FileTest, ArraysHaveShapeDescriptionAndDimensions) {
  open(small_file());
  std::vector<double> values(6);
  EXPECT_GE(H5LTread_dataset_double(file_, "/group/table", values.data()), 0);
  EXPECT_EQ(values, (std::vector<double>{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(text_attribute("/group/table", "units"), "s");
  EXPECT_EQ(text_attribute("/group/table", "long_name"), "a table");
  EXPECT_EQ(text_attribute("/group/zeta", "units"), "MeV");

  const hid_t table = H5Dopen2(file_, "/group/table", H5P_DEFAULT);
  const hid_t zeta = H5Dopen2(file_, "/group/zeta", H5P_DEFAULT);
  const hid_t alpha = H5Dopen2(file_, "/group/alpha", H5P_DEFAULT);
  EXPECT_GT(H5DSis_scale(zeta), 0);
  EXPECT_GT(H5DSis_attached(table, zeta, 0), 0);
  EXPECT_GT(H5DSis_attached(table, alpha, 1), 0);
  EXPECT_EQ(H5DSis_attached(table, alpha, 0), 0);
  for (const hid_t dataset : {table, zeta, alpha}) H5Dclose(dataset);
}

// netCDF-4 needs it: without, its readers refuse the file or list it by name.
TEST_F(Hdf5FileTest, OrderOfCreationIsKept) {
  open(small_file());
  char name[16] = "";
  EXPECT_GT(H5Lget_name_by_idx(file_, "/group", H5_INDEX_CRT_ORDER, H5_ITER_INC, 0, name, sizeof(name),
                               H5P_DEFAULT),
            0);
  EXPECT_STREQ(name, "zeta");
}

TEST_F(Hdf5FileTest, EmptyDimensionsAreAllowed) {
  Hdf5File file;
  file.root().write_dimension("x", std::vector<double>{}, {"1", "nothing"});
  file.root().write_array("z", {"x"}, {}, {"1", "nothing"});
  open(file);
  hsize_t length = 99;
  EXPECT_GE(H5LTget_dataset_info(file_, "/z", &length, nullptr, nullptr), 0);
  EXPECT_EQ(length, 0U);
}

TEST(Hdf5FileBytes, AreTheSameForTheSameContent) { EXPECT_EQ(small_file().bytes(), small_file().bytes()); }

TEST(Hdf5FileErrors, WrongNumberOfValuesIsRefused) {
  const Hdf5File file;
  file.root().write_dimension("x", std::vector<double>{1, 2}, {"1", "x"});
  EXPECT_THROW(file.root().write_array("z", {"x"}, {1, 2, 3}, {"1", "z"}), std::invalid_argument);
}

TEST(Hdf5FileErrors, CarryTheReasonOfHdf5) {
  const Hdf5File file;
  file.root().write_scalar("steps", 1.0, {"1", "steps"});
  try {
    file.root().write_scalar("steps", 2.0, {"1", "steps"});
    FAIL() << "a second dataset of the same name was accepted";
  } catch (const qke::InputOutputError& error) {
    const std::string message = error.what();
    EXPECT_NE(message.find("cannot write the dataset 'steps' (HDF5: name already exists)"), std::string::npos)
        << message;
  }
}

TEST(Hdf5FileErrors, AMissingDimensionIsNamed) {
  const Hdf5File file;
  try {
    file.root().write_array("z", {"x"}, {1}, {"1", "z"});
    FAIL() << "an array over a dimension that does not exist was accepted";
  } catch (const qke::InputOutputError& error) {
    EXPECT_NE(std::string(error.what()).find("find the dimension 'x'"), std::string::npos) << error.what();
  }
}

}  // namespace
