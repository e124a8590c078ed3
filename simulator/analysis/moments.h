#pragma once

#include "simulator/analysis/fold.h"
#include "simulator/analysis/rule_remarks.h"
#include "simulator/kernel/simulation.h"

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

namespace daruma {

/// What one line will tell, before anything is put into words.
struct Moment {
    enum class Shape : std::uint8_t { Up, Plain, EndAndRestart, Stops };
    static constexpr std::uint32_t mostNames = 3;

    Shape shape = Shape::Plain;
    std::uint32_t first = 0;   ///< event
    std::uint32_t second = 0;  ///< the restart of EndAndRestart; the last one of Stops
    std::uint32_t count = 0;   ///< of Up: processes; of Stops: how many ended
    std::array<NodeId, mostNames> stopped = {};
    FoldedFigures figures;
    bool isPastLimit = false;  ///< of a restart: that was one too many
};

/// Makes moments of events, in one pass and without looking back into the run, which may be long.
class MomentCollector {
public:
    /// Takes what is complete, and its first event.
    using Take = std::function<void(const Moment &, const Event &)>;

    /// `remarks`: has observed the whole run.
    MomentCollector(const Recording &run, const RuleRemarks &remarks, Take take);

    /// Strikes behind the end of the root that met nothing: no moments, as nothing is left that they could
    /// change.
    struct Late {
        std::uint64_t strikes = 0;
        std::int64_t first = 0;
        std::int64_t last = 0;
    };
    const Late &late() const { return m_late; }

private:
    void observe(const Event &event, std::uint32_t index);
    void observeExit(const Event &event, std::uint32_t index);
    void observeRestart(const Event &event, std::uint32_t index);
    void add(Moment::Shape shape, const Event &event, std::uint32_t index, std::uint32_t count = 0);
    void addStop(const Event &event, std::uint32_t index);
    void addDecision(const Event &restart);
    void handOn();

    /// The latest events of a node that may be why it ends.
    struct Orders {
        EventId stop;
        EventId kill;
        EventId ownEnd;  ///< it gave up, or shut itself down
    };

    Take m_take;
    const RuleRemarks &m_remarks;
    bool m_hasMoment = false;
    Moment m_moment;
    Event m_event;                 ///< its first
    std::vector<Orders> m_orders;  ///< by node
    std::uint32_t m_started = 0;
    bool m_isUp = false;
    bool m_isOver = false;
    Late m_late;
};

/// Equal for moments that tell the same of the same place, or (coarse) of places made from the same table.
/// What may differ all the same are their figures.
std::uint64_t signatureOf(const Moment &moment, const Event &event, const Recording &run, bool coarse);

}
