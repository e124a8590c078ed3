%% What build_supervisor puts into the code of the supervisor.
-module(supervisor_hooks).
-export([send_exit/2, counted/3, report/4, report/5]).

send_exit(Pid, Reason) ->
    virtual_clock:log({send_exit, Pid, Reason}),
    erlang:exit(Pid, Reason).

%% The outcome of the count of restarts; Restarts: the place of the history in the supervisor's state.
%% Child is OTP's record: child, pid, id, ...
counted({Verdict, State} = Outcome, Child, Restarts) ->
    virtual_clock:log({counted, self(), Verdict, element(2, Child), element(3, Child),
                       length(element(Restarts, State))}),
    Outcome.

%% logger:macro_log(Location, Level, Report, Meta)
report(_, _, #{label := {supervisor, progress}}, _) -> ok;
report(_, _, #{label := {supervisor, Context}, report := R}, _) ->
    {_, Reason} = lists:keyfind(reason, 1, R),
    {_, Offender} = lists:keyfind(offender, 1, R),
    {_, Id} = lists:keyfind(id, 1, Offender),
    Pid = case lists:keyfind(pid, 1, Offender) of {_, P} -> P; false -> undefined end,
    case {Context, Reason} of
        {shutdown, reached_max_restart_intensity} -> put(v_gave_up, true);
        _ -> ok
    end,
    virtual_clock:log({report, self(), Context, Reason, Id, Pid});
report(_, _, _, _) -> ok.
report(_, _, _, _, _) -> ok.
