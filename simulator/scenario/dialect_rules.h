#pragma once

#include "simulator/scenario/dialect.h"
#include "simulator/scenario/keys.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace daruma {

/// Where a dialect keeps its choice on one axis, as an index into the axis's choices.
struct DialectChoice {
    void (*set)(Dialect &dialect, std::size_t choice) = nullptr;
    std::size_t (*get)(const Dialect &dialect) = nullptr;
};

/// One axis of the space of rules as a dialect file spells it.
struct DialectAxis {
    Key key;
    std::uint32_t shapes = 0;  ///< bits of the shapes that look at it
    DialectChoice choice;

    bool matters(Shape shape) const { return (shapes >> static_cast<unsigned>(shape) & 1U) != 0; }
};

/// All axes, in the order in which pages show them. A new one is a row here and a field of Rules.
std::span<const DialectAxis> dialectAxes();

/// The tables of a dialect file.
extern const TableKind dialectTable;
extern const TableKind dialectDefaultsTable;
extern const TableKind dialectAcceptsTable;
extern const TableKind dialectRulesTable;
extern const TableKind dialectRuleTable;
extern const TableKind dialectDifferenceTable;
extern const TableKind dialectDefectTable;

/// What supervisors of a shape can do at all, as bits; no dialect of that shape can accept more.
struct ShapeAbilities {
    std::uint32_t strategies = 0;
    std::uint32_t commands = 0;  ///< beside `shutdown`, which all have
    bool hasLimit = true;
    bool hasAutoShutdown = false;
};
const ShapeAbilities &abilitiesOf(Shape shape);

std::span<const std::string_view> shapeNames();
std::string_view toText(Shape shape);

}
