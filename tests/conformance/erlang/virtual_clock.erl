%% Clock, log and controller of a case (one process for each case).
%% Virtual time moves only when the node is quiescent. The node must run with ONE scheduler (+S 1:1): then an
%% empty run queue, seen from here, means that no other process can run.
-module(virtual_clock).
-export([run/2, now_ms/0, now_s/0, log/1, sleep/1, arm/2, recv_timer/1,
         recv_cancel/1, start_timer/3, cancel_timer/1, next_inc/1, jitter/0]).

-record(s, {heap = gb_trees:empty(), seq = 0, refs = #{}, procs = #{}, paths = #{}, ok = #{},
            log = [], nlog = 0, max, horizon, boss, perturb = 0, lastfire = -1,
            ties = 0, cmds = #{}}).

%%% ---- API used inside the simulated processes
tab() -> persistent_term:get(v_tab).
clk() -> persistent_term:get(v_clk).
pid() -> persistent_term:get(v_pid).
now_ms() -> atomics:get(clk(), 1).
now_s() -> floordiv(now_ms() + atomics:get(clk(), 2), 1000).
floordiv(A, B) -> (A - (((A rem B) + B) rem B)) div B.

%% A perturbed process is late with what it does, and with what it does next.
log(E) -> jitter(), pid() ! {log, E}, jitter().

jitter() ->
    case atomics:get(clk(), 3) of
        0 -> ok;
        Seed ->
            N = ets:update_counter(tab(), '$jit', 1, {'$jit', 0}),
            yields(erlang:phash2({Seed, N}, 5))
    end.
yields(0) -> ok;
yields(N) -> erlang:yield(), yields(N - 1).

arm(Ms, Msg) ->
    Ref = make_ref(),
    pid() ! {arm, self(), Ref, Ms, {Msg, Ref}},
    Ref.
%% blocking sleep: only the timer is looked at (like a callback that blocks)
sleep(0) -> ok;
sleep(Ms) -> R = arm(Ms, v_sleep), receive {v_sleep, R} -> ok end.

recv_timer(infinity) -> make_ref();
recv_timer(Ms) -> arm(Ms, v_timeout).
recv_cancel(R) ->
    pid() ! {cancel, R},
    receive {v_timeout, R} -> ok after 0 -> ok end.

start_timer(Ms, Dest, Msg) ->
    Ref = make_ref(),
    pid() ! {arm, Dest, Ref, Ms, {timeout, Ref, Msg}},
    Ref.
cancel_timer(R) -> pid() ! {cancel, R}, 0.

next_inc(Path) -> ets:update_counter(tab(), Path, 1, {Path, 0}).

%%% ---- running one case
run(Case, Perturb) ->
    Me = self(),
    {P, M} = spawn_monitor(fun() -> process_flag(priority, normal), init(Me, Case, Perturb) end),
    receive
        {done, P, R} -> erlang:demonitor(M, [flush]), R;
        {'DOWN', M, process, P, Why} -> {crashed, Why}
    end.

init(Caller, Case, Perturb) ->
    Base = maps:from_keys(processes(), x),
    Tab = ets:new(v, [public, set]),
    Clk = atomics:new(3, []),
    atomics:put(Clk, 2, maps:get(<<"epoch_ms">>, Case, 0)),
    atomics:put(Clk, 3, Perturb),
    persistent_term:put(v_tab, Tab),
    persistent_term:put(v_clk, Clk),
    persistent_term:put(v_pid, self()),
    Tree = maps:get(<<"tree">>, Case),
    Events = maps:get(<<"events">>, Case, []),
    S0 = #s{max = maps:get(<<"max_log">>, Case, 2000),
            horizon = maps:get(<<"horizon_ms">>, Case, 60000), perturb = Perturb},
    {S1, _} = lists:foldl(
                fun(E, {S, N}) -> {push(maps:get(<<"at_ms">>, E), {event, N, E}, make_ref(), S), N + 1} end,
                {S0, 0}, Events),
    Boss = spawn(fun() -> receive go -> ok end, case_tree:root_parent(Tree) end),
    erlang:trace(Boss, true, [procs, set_on_spawn, {tracer, self()}]),
    Boss ! go,
    S = loop(S1#s{boss = Boss}),
    cleanup(Base),
    ets:delete(Tab),
    Caller ! {done, self(), {lists:reverse(S#s.log), S#s.ties}}.

%% kill every process that came to life during this case, until none is left
cleanup(Base) ->
    case [P || P <- processes(), not is_map_key(P, Base), P =/= self()] of
        [] -> ok;
        Ps -> [begin unlink(P), exit(P, kill) end || P <- Ps], erlang:yield(), cleanup(Base)
    end.

now_() -> atomics:get(clk(), 1).

loop(#s{nlog = N, max = Max} = S) when N > Max -> finish(<<"overflow">>, S);
loop(S) ->
    receive M -> loop(handle(M, S))
    after 0 ->
            case lists:sum(erlang:statistics(run_queue_lengths_all)) of
                0 -> quiet(S);
                _ -> erlang:yield(), loop(S)
            end
    end.

quiet(S) ->
    %% Nothing is runnable. A process can also be suspended inside the VM (e.g. in
    %% persistent_term:put): every live process of the case must be waiting in a
    %% receive. Then a last look at the mailbox, and advance.
    case lists:all(fun idle/1, [P || {P, {_, _, St}} <- maps:to_list(S#s.procs), St =/= dead] ++
                       [S#s.boss | maps:keys(S#s.cmds)]) of
        false -> erlang:yield(), loop(S);
        true ->
            receive M -> loop(handle(M, S))
            after 0 ->
                    case lists:sum(erlang:statistics(run_queue_lengths_all)) of
                        0 -> advance(S);
                        _ -> loop(S)
                    end
            end
    end.
idle(P) ->
    case process_info(P, status) of
        undefined -> true;
        {status, waiting} -> true;
        _ -> false
    end.

advance(#s{} = S0) ->
    #s{heap = H, horizon = Hz} = S = drop_dead(S0),
    case gb_trees:is_empty(H) of
        true -> finish(<<"quiet">>, S);
        false ->
            {{T, _}, _} = gb_trees:smallest(H),
            if T > Hz -> atomics:put(clk(), 1, Hz), finish(<<"horizon">>, S);
               S#s.perturb =:= 0 ->
                    {{T, _}, {Ref, What}, H1} = gb_trees:take_smallest(H),
                    S1 = tie(T, S#s{heap = H1, refs = maps:remove(Ref, S#s.refs)}),
                    atomics:put(clk(), 1, T),
                    loop(fire(What, S1));
               true ->
                    {Batch, H1} = take_all(T, H, []),
                    atomics:put(clk(), 1, T),
                    Sh = [X || {_, X} <- lists:sort(
                              [{erlang:phash2({S#s.perturb, T, I}), B}
                               || {I, B} <- lists:zip(lists:seq(1, length(Batch)), Batch)])],
                    S1 = lists:foldl(fun({Ref, What}, A) ->
                                             fire(What, A#s{refs = maps:remove(Ref, A#s.refs)})
                                     end, S#s{heap = H1}, Sh),
                    loop(S1)
            end
    end.
take_all(T, H, Acc) ->
    case gb_trees:is_empty(H) of
        true -> {Acc, H};
        false ->
            case gb_trees:smallest(H) of
                {{T, _}, _} -> {_, V, H1} = gb_trees:take_smallest(H), take_all(T, H1, [V | Acc]);
                _ -> {Acc, H}
            end
    end.

%% timers of dead processes do not count
drop_dead(#s{heap = H, procs = Ps, refs = R} = S) ->
    case gb_trees:is_empty(H) of
        true -> S;
        false ->
            case gb_trees:smallest(H) of
                {K, {Ref, {send, Pid, _}}} ->
                    case Ps of
                        #{Pid := {_, _, dead}} ->
                            drop_dead(S#s{heap = gb_trees:delete(K, H), refs = maps:remove(Ref, R)});
                        _ -> S
                    end;
                _ -> S
            end
    end.

tie(T, #s{lastfire = T, ties = N} = S) -> S#s{ties = N + 1};
tie(T, S) -> S#s{lastfire = T}.

finish(Why, S) ->
    Alive = lists:sort([inc_name(P, I) || {_, {P, I, St}} <- maps:to_list(S#s.procs),
                                          St =/= dead, St =/= failed]),
    add([{ev, <<"end">>}, {why, Why}, {alive, Alive}], S).

push(T, What, Ref, #s{heap = H, seq = Q, refs = R} = S) ->
    S#s{heap = gb_trees:insert({T, Q}, {Ref, What}, H), seq = Q + 1, refs = R#{Ref => {T, Q}}}.

fire({send, Pid, Msg}, S) -> Pid ! Msg, S;
fire({event, N, E}, S) -> event(N, E, S).

%%% ---- messages
handle({arm, Dest, Ref, Ms, Msg}, S) -> push(now_() + Ms, {send, Dest, Msg}, Ref, S);
handle({cancel, Ref}, #s{refs = R, heap = H} = S) ->
    case maps:take(Ref, R) of
        {K, R1} -> S#s{refs = R1, heap = gb_trees:delete_any(K, H)};
        error -> S
    end;
handle({log, E}, S) -> ev(E, S);
handle({trace, Pid, exit, Why}, #s{procs = Ps} = S) ->
    case Ps of
        #{Pid := {Path, Inc, St}} ->
            S1 = S#s{procs = Ps#{Pid := {Path, Inc, dead}}},
            case St of
                failed -> S1;
                init -> add([{ev, <<"exit">>}, {path, Path}, {inc, Inc}, {reason, norm(Why, S1)},
                             {phase, <<"init">>}], S1);
                _ -> add([{ev, <<"exit">>}, {path, Path}, {inc, Inc}, {reason, norm(Why, S1)}], S1)
            end;
        _ -> S
    end;
handle({cmd_result, N, Do, R}, S) ->
    add([{ev, <<"command_result">>}, {n, N}, {do, Do}, {result, norm(R, S)}], S);
handle(_, S) -> S.

ev({init, Pid, Path, Inc}, S) ->
    S1 = S#s{procs = (S#s.procs)#{Pid => {Path, Inc, init}},
             paths = (S#s.paths)#{Path => {Pid, Inc}}},
    add([{ev, <<"init">>}, {path, Path}, {inc, Inc}], S1);
ev({start, Pid}, S) ->
    {Path, _, _} = maps:get(Pid, S#s.procs),
    st(Pid, running, <<"start">>, [], S#s{ok = (S#s.ok)#{Path => Pid}});
ev({init_failed, Pid, R}, S) -> st(Pid, failed, <<"init_failed">>, [{reason, norm(R, S)}], S);
ev({ignored, Pid}, S) -> st(Pid, failed, <<"ignored">>, [], S);
ev({state, Pid, St}, #s{procs = Ps} = S) ->
    case Ps of
        #{Pid := {P, I, Old}} when Old =/= dead -> S#s{procs = Ps#{Pid := {P, I, St}}};
        _ -> S
    end;
ev({send_exit, Pid, Reason}, S) ->
    {Path, Inc, St} = maps:get(Pid, S#s.procs),
    Ev = case Reason of kill -> <<"kill">>; _ -> <<"terminate">> end,
    add([{ev, Ev}, {path, Path}, {inc, Inc}] ++ [{dead, true} || St =:= dead], S);
ev({counted, Sup, Verdict, Pid, Id, InWindow}, S) ->
    {Path, Inc, _} = maps:get(Sup, S#s.procs),
    add([{ev, <<"counted">>}, {path, Path}, {inc, Inc}, {child, child_of(Path, Pid, Id, S)},
         {in_window, InWindow}, {allowed, Verdict =:= ok}], S);
ev({report, Sup, Ctx, Reason, Id, ChPid}, S) ->
    {Path, Inc, _} = maps:get(Sup, S#s.procs),
    Child = child_of(Path, ChPid, Id, S),
    case {Ctx, Reason} of
        {shutdown, reached_max_restart_intensity} ->
            add([{ev, <<"gave_up">>}, {path, Path}, {inc, Inc}, {child, Child}], S);
        _ ->
            add([{ev, <<"report">>}, {path, Path}, {inc, Inc}, {kind, atom_to_binary(Ctx)},
                 {child, Child}, {reason, norm(Reason, S)}], S)
    end;
ev({reply, From, R}, S) ->
    case S#s.cmds of
        #{From := {N, <<"which_children">> = Do, Sup}} ->
            handle({cmd_result, N, Do, {which, Sup, [{I, P, T} || {I, P, T, _} <- R]}}, S);
        #{From := {N, Do, _}} -> handle({cmd_result, N, Do, R}, S);
        _ -> S
    end;
ev({auto_shutdown, Sup}, S) ->
    {Path, Inc, _} = maps:get(Sup, S#s.procs),
    add([{ev, <<"auto_shutdown">>}, {path, Path}, {inc, Inc}], S);
ev({root_start, R}, S) ->
    add([{ev, <<"root_start">>}, {result, norm(R, S)}], S).

child_of(Sup, Pid, Id, S) ->
    case child_path(Pid, S) of
        undefined -> <<Sup/binary, "/", (bin(Id))/binary>>;
        Path -> Path
    end.
child_path({restarting, P}, S) -> child_path(P, S);
child_path(P, S) when is_pid(P) ->
    case S#s.procs of #{P := {Path, _, _}} -> Path; _ -> undefined end;
child_path([P | _], S) -> child_path(P, S);
child_path(_, _) -> undefined.

st(Pid, St, Ev, Extra, #s{procs = Ps} = S) ->
    {Path, Inc, _} = maps:get(Pid, Ps),
    add([{ev, Ev}, {path, Path}, {inc, Inc}] ++ Extra, S#s{procs = Ps#{Pid := {Path, Inc, St}}}).

add(KV, S) -> S#s{log = [[{t_ms, now_()} | KV] | S#s.log], nlog = S#s.nlog + 1}.

%%% ---- case events
event(N, E, S) ->
    Do = maps:get(<<"do">>, E),
    event(Do, N, E, S).
event(<<"stop">>, N, _E, S) ->
    S1 = add([{ev, <<"command">>}, {n, N}, {do, <<"stop">>}], S),
    S1#s.boss ! {stop, N}, S1;
event(<<"exit">>, N, E, S) ->
    Path = maps:get(<<"path">>, E),
    Reason = maps:get(<<"reason">>, E),
    {Target, St} = case S#s.paths of
                       #{Path := {Pid, _}} ->
                           {_, _, X} = maps:get(Pid, S#s.procs), {Pid, X};
                       _ -> {none, none}
                   end,
    case {Reason, St} of
        {<<"kill">>, X1} when X1 =:= running; X1 =:= terminating; X1 =:= init ->
            S1 = add([{ev, <<"inject">>}, {n, N}, {path, Path}, {reason, Reason}], S),
            exit(Target, kill), S1;
        {_, running} ->
            S1 = add([{ev, <<"inject">>}, {n, N}, {path, Path}, {reason, Reason}], S),
            Target ! {do_exit, Reason}, S1;
        _ -> add([{ev, <<"inject">>}, {n, N}, {path, Path}, {reason, Reason}, {dropped, true}], S)
    end;
event(Do, N, E, S) ->
    Sup = maps:get(<<"sup">>, E),
    Who = [{K, maps:get(B, E)} || {K, B} <- [{id, <<"id">>}, {name, <<"name">>}], is_map_key(B, E)],
    S1 = add([{ev, <<"command">>}, {n, N}, {do, Do}, {sup, Sup}] ++ Who, S),
    V = self(),
    case S1#s.paths of
        #{Sup := {Pid, _}} ->
            F = command(Do, Pid, Sup, E, S1),
            C = spawn(fun() ->
                              try F()
                              catch
                                  exit:{Why, {gen_server, call, _}} -> V ! {cmd_result, N, Do, {exit, Why}};
                                  exit:Why -> V ! {cmd_result, N, Do, {exit, Why}}
                              end
                      end),
            S1#s{cmds = (S1#s.cmds)#{C => {N, Do, Sup}}};
        _ -> V ! {cmd_result, N, Do, {exit, noproc}}, S1
    end.

command(<<"start_child">>, Pid, Sup, E, _S) ->
    case E of
        #{<<"child">> := Node} ->
            Spec = case_tree:spec(Sup, Node),
            fun() -> virtual_supervisor:start_child(Pid, Spec) end;
        #{<<"name">> := Nm, <<"behaviour">> := B} ->
            fun() -> virtual_supervisor:start_child(Pid, [Nm, B]) end;
        #{<<"name">> := Nm} -> fun() -> virtual_supervisor:start_child(Pid, [Nm]) end
    end;
command(<<"terminate_child">>, Pid, Sup, E, S) ->
    Id = case E of
             #{<<"id">> := I} -> I;
             #{<<"name">> := Nm} -> dynpid(Sup, Nm, S)
         end,
    fun() -> virtual_supervisor:terminate_child(Pid, Id) end;
command(<<"restart_child">>, Pid, _, #{<<"id">> := Id}, _) ->
    fun() -> virtual_supervisor:restart_child(Pid, Id) end;
command(<<"delete_child">>, Pid, _, #{<<"id">> := Id}, _) ->
    fun() -> virtual_supervisor:delete_child(Pid, Id) end;
command(<<"which_children">>, Pid, _, _, _) ->
    fun() -> virtual_supervisor:which_children(Pid) end;
command(<<"count_children">>, Pid, _, _, _) -> fun() -> virtual_supervisor:count_children(Pid) end.

dynpid(Sup, Nm, S) ->
    P = <<Sup/binary, "/", Nm/binary>>,
    %% a caller only knows pids of successful starts
    case S#s.ok of #{P := Pid} -> Pid; _ -> S#s.boss end.

%%% ---- normal form of terms (JSON-like)
norm({which, _Sup, L}, S) ->
    L1 = [[case I of undefined -> norm(child_path(P, S), S); _ -> norm(I, S) end,
           case P of
               restarting -> <<"restarting">>;
               undefined -> <<"undefined">>;
               _ -> {_, Inc, _} = maps:get(P, S#s.procs), Inc
           end, norm(T, S)] || {I, P, T} <- L],
    case lists:any(fun({I, _, _}) -> I =:= undefined end, L) of
        true -> lists:sort(L1);
        false -> L1
    end;
norm(P, S) when is_pid(P) ->
    case S#s.procs of
        #{P := {Path, Inc, _}} -> inc_name(Path, Inc);
        _ -> <<"pid">>
    end;
norm(T, _) when is_tuple(T), tuple_size(T) > 2, element(1, T) =:= child, is_binary(element(3, T)) ->
    <<"child:", (element(3, T))/binary>>;
norm({R, [{M, F, _, Loc} | _]}, S) when is_atom(M), is_atom(F), is_list(Loc) ->
    [norm(R, S), <<"stacktrace">>];
norm(T, S) when is_tuple(T) -> [norm(X, S) || X <- tuple_to_list(T)];
norm(L, S) when is_list(L) -> [norm(X, S) || X <- L];
norm(A, _) when A =:= true; A =:= false -> A;
norm(A, _) when is_atom(A) -> atom_to_binary(A);
norm(X, _) when is_integer(X); is_binary(X) -> X;
norm(M, _) when is_map(M) -> <<"map">>;
norm(_, _) -> <<"term">>.

inc_name(P, I) -> <<P/binary, "#", (integer_to_binary(I))/binary>>.
bin(B) when is_binary(B) -> B;
bin(A) when is_atom(A) -> atom_to_binary(A).
