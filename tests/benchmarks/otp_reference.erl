%% Restarts of the children of a real OTP supervisor, for ./dev bench: prints how many and their nanoseconds.
%%   erl -noshell -run otp_reference main one_for_one 10 1000
%% STRATEGY CHILDREN RESTARTS: one child after the other is killed; the next as soon as the one before is up again.
-module(otp_reference).
-behaviour(supervisor).
-export([main/1, init/1, start_child/1]).

main([StrategyText, ChildrenText, RestartsText]) ->
    Strategy = list_to_existing_atom(StrategyText),
    Children = list_to_integer(ChildrenText),
    Restarts = list_to_integer(RestartsText),
    logger:set_primary_config(level, none),
    process_flag(trap_exit, true),
    {ok, Supervisor} = supervisor:start_link(?MODULE, {Strategy, Children, self()}),
    flush(Children),
    Group = case Strategy of one_for_one -> 1; one_for_all -> Children end,
    {Micros, _} = timer:tc(fun() -> restart(Supervisor, hd(pids(Supervisor)), Group, Restarts) end),
    io:format("~b ~b~n", [Group * Restarts, Micros * 1000]),
    halt(0).

init({Strategy, Children, Teller}) ->
    Flags = #{strategy => Strategy, intensity => 100000000, period => 1},
    Specs = [#{id => N, start => {?MODULE, start_child, [Teller]}, shutdown => brutal_kill}
             || N <- lists:seq(1, Children)],
    {ok, {Flags, Specs}}.

start_child(Teller) ->
    Pid = spawn_link(fun() -> receive stop -> exit(crash) end end),
    Teller ! {up, Pid},
    {ok, Pid}.

restart(_Supervisor, _Pid, _Group, 0) ->
    done;
restart(Supervisor, Pid, Group, Left) ->
    Pid ! stop,
    restart(Supervisor, flush(Group), Group, Left - 1).

%% The last of so many that have come up.
flush(1) -> receive {up, Pid} -> Pid end;
flush(N) -> receive {up, _} -> flush(N - 1) end.

pids(Supervisor) ->
    [Pid || {_, Pid, _, _} <- supervisor:which_children(Supervisor)].
