#include "simulator/kernel/behaviour.h"

namespace daruma {

Behaviour defaultBehaviour()
{
    Behaviour behaviour;
    behaviour.lifetime = Distribution::never();
    behaviour.exitReason = Choice<ExitReason>(ExitReason{ReasonKind::Panic, {}});
    behaviour.stopReason = Choice<ExitReason>(ExitReason{ReasonKind::Shutdown, {}});
    behaviour.patience = Distribution::never();
    return behaviour;
}

}
