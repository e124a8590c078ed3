%% Writes virtual_supervisor.beam: the supervisor of the installed Erlang/OTP, made to live in virtual time.
%% Nothing of OTP is copied: the code is taken from the debug information of the installed supervisor.beam.
-module(build_supervisor).
-export([main/1]).

%% How often each place is found in OTP 25; other numbers mean a supervisor that this does not know.
-define(PLACES, #{module => 1, monotonic_time => 1, start_timer => 1, cancel_timer => 1, exit2 => 6,
                  log_allow => 11, macro_log => 11, recv_after => 1, start_link => 2, add_restart => 1}).

main([OutDir]) ->
    {ok, {_, [{abstract_code, {raw_abstract_v1, Forms}}]}} =
        beam_lib:chunks(code:which(supervisor), [abstract_code]),
    put(timers, 0),
    put(found, #{}),
    put(restarts, field(restarts, Forms)),
    Transformed = [form(F) || F <- Forms],
    case get(found) =:= ?PLACES of
        true -> ok;
        false ->
            io:format("this supervisor has another shape than OTP 25's:~n~p, not~n~p~n", [get(found), ?PLACES]),
            halt(2)
    end,
    {ok, virtual_supervisor, Bin} = compile:forms(Transformed, [nowarn_unused_function]),
    ok = file:write_file(filename:join(OutDir, "virtual_supervisor.beam"), Bin).

found(Place) -> put(found, maps:update_with(Place, fun(N) -> N + 1 end, 1, get(found))).

%% Place of a field in the tuple of the record `state`.
field(Name, Forms) ->
    [Fields] = [Fs || {attribute, _, record, {state, Fs}} <- Forms],
    place(Name, [field_name(F) || F <- Fields], 2).
place(Name, [Name | _], N) -> N;
place(Name, [_ | Rest], N) -> place(Name, Rest, N + 1).
field_name({typed_record_field, F, _}) -> field_name(F);
field_name({record_field, _, {atom, _, Name}}) -> Name;
field_name({record_field, _, {atom, _, Name}, _}) -> Name.

form({attribute, L, module, supervisor}) -> found(module), {attribute, L, module, virtual_supervisor};
form({function, L, restart, 2, Cs}) -> {function, L, restart, 2, counted(tr(Cs))};
form({function, L, N, A, Cs}) -> {function, L, N, A, tr(Cs)};
form(F) -> F.

remote(L, M, F, As) -> {call, L, {remote, L, {atom, L, M}, {atom, L, F}}, As}.

%% restart(Child, State) -> case add_restart(State) of ...: tells the log what was counted.
counted([{clause, L, [Child, _] = Head, Guard, Body}]) ->
    [{clause, L, Head, Guard, count_calls(Child, Body)}].
count_calls(Child, {call, L, {atom, _, add_restart}, [_]} = Call) ->
    found(add_restart),
    remote(L, supervisor_hooks, counted, [Call, Child, {integer, L, get(restarts)}]);
count_calls(Child, T) when is_tuple(T) -> list_to_tuple([count_calls(Child, X) || X <- tuple_to_list(T)]);
count_calls(Child, L) when is_list(L) -> [count_calls(Child, X) || X <- L];
count_calls(_, X) -> X.

tr({call, L, {remote, _, {atom, _, erlang}, {atom, _, monotonic_time}}, [{integer, _, 1}]}) ->
    found(monotonic_time), remote(L, virtual_clock, now_s, []);
tr({call, L, {remote, _, {atom, _, erlang}, {atom, _, start_timer}}, As}) ->
    found(start_timer), remote(L, virtual_clock, start_timer, tr(As));
tr({call, L, {remote, _, {atom, _, erlang}, {atom, _, cancel_timer}}, As}) ->
    found(cancel_timer), remote(L, virtual_clock, cancel_timer, tr(As));
tr({call, L, {atom, _, exit}, [_, _] = As}) ->
    found(exit2), remote(L, supervisor_hooks, send_exit, tr(As));
tr({call, L, {remote, _, {atom, _, logger}, {atom, _, allow}}, _}) ->
    found(log_allow), {atom, L, true};
tr({call, L, {remote, _, {atom, _, erlang}, {atom, _, apply}},
    [{atom, _, logger}, {atom, _, macro_log}, Args]}) ->
    found(macro_log),
    remote(L, erlang, apply, [{atom, L, supervisor_hooks}, {atom, L, report}, tr(Args)]);
tr({call, L, {remote, L2, {atom, L3, gen_server}, {atom, L4, start_link}}, As}) ->
    found(start_link),
    As1 = [case A of {atom, LA, supervisor} -> {atom, LA, supervisor_server}; _ -> tr(A) end || A <- As],
    {call, L, {remote, L2, {atom, L3, gen_server}, {atom, L4, start_link}}, As1};
tr({'receive', L, Cs, {integer, _, 0} = Zero, Body}) -> {'receive', L, tr(Cs), Zero, tr(Body)};
tr({'receive', L, Cs, Time, After}) ->
    found(recv_after),
    N = get(timers), put(timers, N + 1),
    Timer = {var, L, list_to_atom("Virtual_timer" ++ integer_to_list(N))},
    Cs1 = [{clause, CL, P, G, [remote(L, virtual_clock, recv_cancel, [Timer]) | tr(Body)]}
           || {clause, CL, P, G, Body} <- Cs],
    Expired = {clause, L, [{tuple, L, [{atom, L, v_timeout}, Timer]}], [], tr(After)},
    {block, L, [{match, L, Timer, remote(L, virtual_clock, recv_timer, [Time])},
                {'receive', L, Cs1 ++ [Expired]}]};
tr(T) when is_tuple(T) -> list_to_tuple([tr(X) || X <- tuple_to_list(T)]);
tr(L) when is_list(L) -> [tr(X) || X <- L];
tr(X) -> X.
