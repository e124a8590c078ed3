%% A worker that behaves as its case says.
-module(case_worker).
-export([start_link/3, init/4, nth/3]).

start_link(Path, Node, Inc) ->
    proc_lib:start_link(?MODULE, init, [self(), Path, Node, Inc]).

%% n-th entry of a list; the last entry repeats; empty list = default
nth([], _, D) -> D;
nth([X], _, _) -> X;
nth([X | _], 1, _) -> X;
nth([_ | T], N, D) -> nth(T, N - 1, D).

init(Parent, Path, Node, Inc) ->
    virtual_clock:log({init, self(), Path, Inc}),
    B = maps:get(<<"behaviour">>, Node, #{}),
    Sd = maps:get(<<"on_shutdown">>, B, #{<<"mode">> => <<"die">>}),
    case Sd of
        #{<<"mode">> := <<"die">>} -> ok;
        _ -> process_flag(trap_exit, true)
    end,
    I = nth(maps:get(<<"init">>, B, []), Inc, #{}),
    virtual_clock:sleep(maps:get(<<"ms">>, I, 0)),
    case maps:get(<<"result">>, I, <<"ok">>) of
        <<"ok">> ->
            Run = nth(maps:get(<<"run">>, B, []), Inc, null),
            R = case Run of
                    null -> none;
                    #{<<"after_ms">> := Ms} -> virtual_clock:arm(Ms, v_run)
                end,
            virtual_clock:log({start, self()}),
            proc_lib:init_ack(Parent, {ok, self()}),
            loop(Parent, Sd, R, Run);
        <<"error">> ->
            virtual_clock:log({init_failed, self(), init_error}),
            proc_lib:init_ack(Parent, {error, init_error}),
            exit(init_error);
        <<"ignore">> ->
            virtual_clock:log({ignored, self()}),
            proc_lib:init_ack(Parent, ignore),
            exit(normal);
        <<"crash">> ->
            virtual_clock:log({init_failed, self(), crash}),
            exit(crash)
    end.

loop(Parent, Sd, R, Run) ->
    receive
        {v_run, R} -> die(maps:get(<<"reason">>, Run));
        {do_exit, Reason} -> die(Reason);
        {'EXIT', Parent, Why} ->
            case Sd of
                #{<<"mode">> := <<"ignore">>} -> loop(Parent, Sd, R, Run);
                #{<<"mode">> := <<"trap">>} ->
                    virtual_clock:log({state, self(), terminating}),
                    virtual_clock:sleep(maps:get(<<"ms">>, Sd, 0)),
                    case Why of
                        shutdown -> die(maps:get(<<"reason">>, Sd, <<"shutdown">>));
                        _ -> exit(Why)
                    end
            end;
        _ -> loop(Parent, Sd, R, Run)
    end.

die(<<"normal">>) -> exit(normal);
die(<<"shutdown">>) -> exit(shutdown);
die(<<"shutdown_tuple">>) -> exit({shutdown, x});
die(<<"crash">>) -> exit(crash);
die(<<"kill">>) -> exit(self(), kill), receive never -> ok end.
