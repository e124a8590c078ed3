%% Makes OTP's flags and child specs from a case; the callback module of its supervisors.
-module(case_tree).
-export([root_parent/1, start/3, start/4, init/1, spec/2]).

%% Starts the root and stands for its parent.
root_parent(Tree) ->
    process_flag(trap_exit, true),
    Root = case start(<<>>, Tree, <<"root">>) of
               {ok, P} when is_pid(P) -> P;
               Failed -> virtual_clock:log({root_start, Failed}), none
           end,
    root_parent_loop(Root).
root_parent_loop(Root) ->
    receive
        {stop, _} when is_pid(Root) ->
            supervisor_hooks:send_exit(Root, shutdown),
            root_parent_loop(Root);
        {stop, N} ->
            persistent_term:get(v_pid) ! {cmd_result, N, <<"stop">>, {exit, noproc}},
            root_parent_loop(Root);
        {'EXIT', Root, _} -> root_parent_loop(none);
        _ -> root_parent_loop(Root)
    end.

start(Above, Node, Name, Behaviour) -> start(Above, Node#{<<"behaviour">> => Behaviour}, Name).
start(Above, Node, Name) ->
    Path = case Above of <<>> -> Name; _ -> <<Above/binary, "/", Name/binary>> end,
    Inc = virtual_clock:next_inc(Path),
    case maps:get(<<"type">>, Node, <<"worker">>) of
        <<"supervisor">> -> virtual_supervisor:start_link(case_tree, {Path, Inc, Node});
        _ -> case_worker:start_link(Path, Node, Inc)
    end.

init({Path, Inc, Node}) ->
    case case_worker:nth(maps:get(<<"sup_init">>, Node, []), Inc, <<"ok">>) of
        <<"ok">> ->
            Strategy = atom(maps:get(<<"strategy">>, Node, <<"one_for_one">>)),
            {ok, {flags(Strategy, Node), specs(Strategy, Path, maps:get(<<"children">>, Node, []))}};
        <<"ignore">> -> ignore;
        <<"error">> -> oops
    end.

flags(Strategy, Node) ->
    Intensity = copy(<<"intensity">>, intensity, fun(X) -> X end, Node, #{strategy => Strategy}),
    Seconds = fun(Ms) when Ms rem 1000 =:= 0 -> Ms div 1000 end,
    Period = copy(<<"period_ms">>, period, Seconds, Node, Intensity),
    copy(<<"auto_shutdown">>, auto_shutdown, fun atom/1, Node, Period).

specs(simple_one_for_one, Path, Children) ->
    [fields(C, #{id => maps:get(<<"id">>, C), start => {case_tree, start, [Path, C]}}) || C <- Children];
specs(_, Path, Children) -> [spec(Path, C) || C <- Children].

spec(Path, Child) ->
    Id = maps:get(<<"id">>, Child),
    fields(Child, #{id => Id, start => {case_tree, start, [Path, Child, Id]}}).

fields(Child, Spec) ->
    lists:foldl(fun(Key, S) -> copy(atom_to_binary(Key), Key, fun atom/1, Child, S) end, Spec,
                [restart, shutdown, type, significant]).

copy(From, To, Convert, Node, Map) ->
    case Node of #{From := V} -> Map#{To => Convert(V)}; _ -> Map end.
atom(B) when is_binary(B) -> binary_to_atom(B);
atom(X) -> X.
