#pragma once

#include "simulator/store/open_options.h"
#include "simulator/store/sqlite.h"

#include <cstdint>
#include <memory>
#include <string>

namespace daruma {

/// `PRAGMA application_id` of every Daruma database: "DARU".
inline constexpr std::int64_t applicationId = 0x44415255;
/// That of a copy made by exportPlain: "DARP". It opens for queries alone.
inline constexpr std::int64_t plainApplicationId = 0x44415250;
/// `PRAGMA user_version` of a database that this version writes. Grows by one with each entry in the list of
/// migrations; resources/help/database.md explains the tables.
std::int64_t schemaVersion();

/// Opens a database to record into. Creates it where it does not exist, migrates an older one, and refuses a
/// newer one, one of another program and a damaged one. Nothing is written to a file that is refused.
StoreResult<sqlite::Connection> openForWriting(const std::string &path, OpenOptions options = {});

/// Opens a database to read. It is never changed, but for one of an older version, which is migrated; where
/// it may not be written, it is refused with the reason.
StoreResult<sqlite::Connection> openForReading(const std::string &path, OpenOptions options = {});

/// The same for who only asks in SQL: of a plain copy too, in which `event` is a table already. Else the
/// connection has it as a virtual table.
StoreResult<std::unique_ptr<sqlite::Connection>> openForQueries(const std::string &path,
                                                                OpenOptions options = {});

}
