%% Runs cases: one {Case, Perturb} a term of the file In, one line of JSON each in the file Out.
%% Perturb: 0, or a seed that shuffles what the rules of the clock leave open.
-module(case_runner).
-export([main/1]).

main([In, Out]) ->
    logger:set_primary_config(level, none),
    1 = erlang:system_info(schedulers_online),
    load_everything(),
    {ok, Jobs} = file:consult(In),
    case Jobs of
        [{Warm, _} | _] -> virtual_clock:run(Warm, 0), virtual_clock:run(Warm, 7);
        [] -> ok
    end,
    Loaded = [M || {M, _} <- code:all_loaded()],
    {ok, Fd} = file:open(Out, [write, raw, delayed_write]),
    [ok = file:write(Fd, [object(result(Case, Perturb)), "\n"]) || {Case, Perturb} <- Jobs],
    ok = file:close(Fd),
    case [M || {M, _} <- code:all_loaded()] -- Loaded of
        [] -> ok;
        More -> io:format("modules were loaded during the run: ~p~n", [More]), halt(3)
    end.

%% The run queue looks empty while a module is loaded or the logger, at its first use for a module, writes a
%% persistent term; the clock would take that for quiescence.
load_everything() ->
    Mods = [list_to_atom(filename:basename(F, ".beam")) || L <- [stdlib, kernel],
            F <- filelib:wildcard(filename:join(code:lib_dir(L, ebin), "*.beam"))]
        ++ [virtual_clock, supervisor_hooks, virtual_supervisor, supervisor_server, case_tree, case_worker],
    ok = code:ensure_modules_loaded(Mods),
    Levels = [emergency, alert, critical, error, warning, notice, info, debug],
    [logger:allow(L, M) || M <- Mods, L <- Levels],
    ok.

result(Case, Perturb) ->
    Id = maps:get(<<"id">>, Case, null),
    case virtual_clock:run(Case, Perturb) of
        {crashed, Why} ->
            io:format("case ~p crashed: ~p~n", [Id, Why]),
            [{'case', Id}, {crashed, true}, {log, []}];
        {Log, Ties} ->
            [{'case', Id}, {ties, Ties}, {log, {objects, Log}}]
    end.

object(KV) -> ["{", lists:join(",", [["\"", atom_to_list(K), "\":", json(V)] || {K, V} <- KV]), "}"].
json({objects, L}) -> ["[", lists:join(",", [object(X) || X <- L]), "]"];
json(null) -> "null";
json(true) -> "true";
json(false) -> "false";
json(I) when is_integer(I) -> integer_to_list(I);
json(B) when is_binary(B) -> ["\"", [escaped(C) || <<C>> <= B], "\""];
json(A) when is_atom(A) -> json(atom_to_binary(A));
json(L) when is_list(L) -> ["[", lists:join(",", [json(X) || X <- L]), "]"].
escaped($") -> "\\\"";
escaped($\\) -> "\\\\";
escaped(C) -> C.
