%% The callback module of the gen_server: hands everything to the supervisor's code, and logs when its start begins
%% and ends, the replies, and automatic shutdown.
-module(supervisor_server).
-behaviour(gen_server).
-export([init/1, handle_call/3, handle_cast/2, handle_info/2, terminate/2]).

init({_, case_tree, {Path, Inc, _}} = A) ->
    virtual_clock:log({init, self(), Path, Inc}),
    R = virtual_supervisor:init(A),
    case R of
        {ok, _} -> virtual_clock:log({start, self()});
        ignore -> virtual_clock:log({ignored, self()});
        {stop, Why} -> virtual_clock:log({init_failed, self(), Why})
    end,
    R.

%% The reply is logged where it is decided: before it is sent.
handle_call(M, {From, _} = F, S) ->
    {reply, R, _} = X = virtual_supervisor:handle_call(M, F, S),
    virtual_clock:log({reply, From, R}),
    X.

handle_cast(M, S) -> stopped(virtual_supervisor:handle_cast(M, S)).

handle_info({v_timeout, _}, S) -> {noreply, S};
handle_info(M, S) -> stopped(virtual_supervisor:handle_info(M, S)).

terminate(R, S) -> virtual_clock:log({state, self(), terminating}), virtual_supervisor:terminate(R, S).

stopped({stop, _, _} = R) ->
    case get(v_gave_up) of
        true -> ok;
        _ -> virtual_clock:log({auto_shutdown, self()})
    end,
    R;
stopped(R) -> R.
