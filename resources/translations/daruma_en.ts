<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>FigurePlots</name>
    <message numerus="yes">
        <source>%Ln restart(s)</source>
        <translation>
            <numerusform>%Ln restart</numerusform>
            <numerusform>%Ln restarts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln scenario(s) together</source>
        <translation>
            <numerusform>%Ln scenario together</numerusform>
            <numerusform>%Ln scenarios together</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln setting(s) together</source>
        <translation>
            <numerusform>%Ln setting together</numerusform>
            <numerusform>%Ln settings together</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>daruma::Archive</name>
    <message numerus="yes">
        <source>%1: %2, %3, %Ln run(s)</source>
        <translation>
            <numerusform>%1: %2, %3, %Ln run</numerusform>
            <numerusform>%1: %2, %3, %Ln runs</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>daruma::DatabaseView</name>
    <message numerus="yes">
        <source>The first %Ln row(s), in %1 s</source>
        <translation>
            <numerusform>The first %Ln row, in %1 s</numerusform>
            <numerusform>The first %Ln rows, in %1 s</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) in %1 s</source>
        <translation>
            <numerusform>%Ln row in %1 s</numerusform>
            <numerusform>%Ln rows in %1 s</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>daruma::EventsView</name>
    <message numerus="yes">
        <source>%Ln event(s)</source>
        <translation>
            <numerusform>%Ln event</numerusform>
            <numerusform>%Ln events</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>daruma::JobDetails</name>
    <message numerus="yes">
        <source>After %Ln run(s), with 95 % intervals:</source>
        <translation>
            <numerusform>After %Ln run, with 95 % intervals:</numerusform>
            <numerusform>After %Ln runs, with 95 % intervals:</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln run(s), with 95 % intervals:</source>
        <translation>
            <numerusform>%Ln run, with 95 % intervals:</numerusform>
            <numerusform>%Ln runs, with 95 % intervals:</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>daruma::JobModel</name>
    <message numerus="yes">
        <source>%Ln run(s)</source>
        <translation>
            <numerusform>%Ln run</numerusform>
            <numerusform>%Ln runs</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln run(s): root survived in %1, expectations not met in %2</source>
        <translation>
            <numerusform>%Ln run: root survived in %1, expectations not met in %2</numerusform>
            <numerusform>%Ln runs: root survived in %1, expectations not met in %2</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source> (%Ln run(s))</source>
        <translation>
            <numerusform> (%Ln run)</numerusform>
            <numerusform> (%Ln runs)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>daruma::MainWindow</name>
    <message numerus="yes">
        <source>%1 (and %n more)</source>
        <translation>
            <numerusform>%1 (and %n more)</numerusform>
            <numerusform>%1 (and %n more)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>daruma::Plot</name>
    <message numerus="yes">
        <source>%1: %Ln run(s)</source>
        <translation>
            <numerusform>%1: %Ln run</numerusform>
            <numerusform>%1: %Ln runs</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>daruma::QueryModel</name>
    <message numerus="yes">
        <source>%Ln byte(s)</source>
        <translation>
            <numerusform>%Ln byte</numerusform>
            <numerusform>%Ln bytes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>daruma::RunStrip</name>
    <message numerus="yes">
        <source>%Ln run(s) from seed %1 on; the worst is %2</source>
        <translation>
            <numerusform>%Ln run from seed %1 on; the worst is %2</numerusform>
            <numerusform>%Ln runs from seed %1 on; the worst is %2</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>daruma::RunsView</name>
    <message numerus="yes">
        <source>%Ln run(s)</source>
        <translation>
            <numerusform>%Ln run</numerusform>
            <numerusform>%Ln runs</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>daruma::ScenarioView</name>
    <message numerus="yes">
        <source> · %n setting(s) laid over it</source>
        <translation>
            <numerusform> · %n setting laid over it</numerusform>
            <numerusform> · %n settings laid over it</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>daruma::StatisticsView</name>
    <message numerus="yes">
        <source>Runs of %Ln scenario(s) are counted together here, which may have little in common.</source>
        <translation>
            <numerusform>Runs of %Ln scenario are counted together here, which may have little in common.</numerusform>
            <numerusform>Runs of %Ln scenarios are counted together here, which may have little in common.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln run(s): the root survived in %1.</source>
        <translation>
            <numerusform>%Ln run: the root survived in %1.</numerusform>
            <numerusform>%Ln runs: the root survived in %1.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>daruma::TimelineView</name>
    <message numerus="yes">
        <source>%Ln place(s)</source>
        <translation>
            <numerusform>%Ln place</numerusform>
            <numerusform>%Ln places</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>daruma::TreeModel</name>
    <message numerus="yes">
        <source>
%1 of %n restart(s) used</source>
        <translation>
            <numerusform>
%1 of %n restart used</numerusform>
            <numerusform>
%1 of %n restarts used</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>daruma::TuningModel</name>
    <message numerus="yes">
        <source>in %Ln run(s) that could be judged; with the 95 % interval</source>
        <translation>
            <numerusform>in %Ln run that could be judged; with the 95 % interval</numerusform>
            <numerusform>in %Ln runs that could be judged; with the 95 % interval</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>daruma::WhyView</name>
    <message numerus="yes">
        <source>&lt;li&gt;and %n more&lt;/li&gt;</source>
        <translation>
            <numerusform>&lt;li&gt;and %n more&lt;/li&gt;</numerusform>
            <numerusform>&lt;li&gt;and %n more&lt;/li&gt;</numerusform>
        </translation>
    </message>
</context>
</TS>
