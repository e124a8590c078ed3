#include "simulator/store/recorder.h"

#include "simulator/store/run_writer.h"
#include "simulator/store/schema.h"

namespace daruma {

namespace {

/// A run that has captured more hands it on before it ends.
constexpr std::size_t maxCapturedBytes = 256 << 10;

}

StoreResult<std::unique_ptr<Recorder>> Recorder::open(const std::string &path, RecordPolicy policy,
                                                      OpenOptions options)
{
    DARUMA_ASSERT(policy != RecordPolicy::None, "who records nothing needs no recorder");
    auto connection = openForWriting(path, options);
    if (!connection)
        return tl::unexpected(connection.error());
    auto writer = RunWriter::create(std::move(*connection), policy, options);
    if (!writer)
        return tl::unexpected(writer.error());
    return std::unique_ptr<Recorder>(new Recorder(policy, std::move(*writer), options));
}

Recorder::Recorder(RecordPolicy policy, std::unique_ptr<RunWriter> writer, OpenOptions options)
    : m_maxCapturedBytes(policy == RecordPolicy::Failures ? options.maxWithheldBytes : maxCapturedBytes)
    , m_capture(policy)
    , m_writer(std::move(writer))
{}

Recorder::~Recorder()
{
    m_writer->abandonRun();
    static_cast<void>(m_writer->commit());
    m_writer->leaveCampaign();
}

StoreResult<std::int64_t> Recorder::beginCampaign(const CampaignIdentity &campaign)
{
    return m_writer->beginCampaign(campaign);
}

StoreResult<std::optional<std::int64_t>> Recorder::resumeCampaign(const CampaignIdentity &campaign)
{
    return m_writer->resumeCampaign(campaign);
}

void Recorder::beginRun(const Model &model, RunIdentity identity)
{
    m_writer->abandonRun();
    m_capture.begin(model, std::move(identity));
}

void Recorder::consume(std::span<const Event> block, const Names &names)
{
    m_capture.consume(block, names);
    CapturedRun &captured = m_capture.captured();
    // An error stays and is told by endRun: a sink has no way to.
    if (captured.bytes() > m_maxCapturedBytes)
        static_cast<void>(m_writer->writePart(captured));
}

StoreResult<std::int64_t> Recorder::endRun(const RunResult &result, const Names &names, std::int64_t wallNs)
{
    return m_writer->write(m_capture.end(result, names, wallNs));
}

StoreResult<std::int64_t> Recorder::write(CapturedRun &run)
{
    return m_writer->write(run);
}

StoreResult<void> Recorder::changeOptions(const std::string &options)
{
    return m_writer->changeOptions(options);
}

StoreResult<void> Recorder::commit()
{
    return m_writer->commit();
}

StoreResult<void> Recorder::finishCampaign()
{
    return m_writer->finishCampaign();
}

}
