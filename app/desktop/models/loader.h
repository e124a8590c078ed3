#pragma once

#ifndef Q_MOC_RUN
#include "app/desktop/models/run.h"
#include "simulator/campaign/seed_corpus.h"
#endif

#include <QString>

namespace daruma {

/// A shipped scenario by its name; it has to exist.
RunSource shippedSource(const QString &name);

/// A small scenario to begin with, which no file has.
RunSource newSource(const QString &name);

/// A scenario file; the message of the system where it cannot be read.
tl::expected<RunSource, QString> scenarioFile(const QString &path);

/// What a file is, by its beginning, and by its name where there is no such beginning.
enum class FileKind { Scenario, Database, Repro, Seeds };
FileKind kindOf(const QString &path);

/// A recorded run as it is in a `.repro` file; otherwise what is wrong with the file, and what to do.
tl::expected<RunSource, QString> reproSource(const QString &path);

/// A run of a database, opened anew; otherwise why it cannot be read. Not for the thread of the windows.
tl::expected<RunSource, QString> recordedSource(const QString &path, std::int64_t run);

/// The seeds of a `.seeds` file and the scenario that stands beside it, NAME.toml beside NAME.seeds.
struct KeptSeeds {
    RunSource scenario;
    std::vector<CorpusSeed> seeds;
};
tl::expected<KeptSeeds, QString> keptSeeds(const QString &path);

/// Adds the seed of a run to such a file, with what failed in it; makes the file where there is none. What
/// was added: nothing where it stood there already.
tl::expected<std::optional<CorpusSeed>, QString> addSeed(const QString &path, const Run &run);

}
