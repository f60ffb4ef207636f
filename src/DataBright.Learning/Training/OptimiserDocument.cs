using System.Text.Json;

namespace DataBright.Learning.Training;

/// <summary>The JSON form of an optimiser. Writing is canonical and leaves out what is not used; reading is strict.</summary>
internal static class OptimiserDocument
{
    public static void Write(Utf8JsonWriter json, Optimiser optimiser)
    {
        json.WriteStartObject("optimiser");
        json.WriteString("kind", optimiser.Kind switch { OptimiserKind.Sgd => "sgd", OptimiserKind.Adam => "adam", _ => "adamw" });
        json.WriteNumber("learningRate", optimiser.LearningRate);
        json.WriteNumber(optimiser.HasSecondMoment ? "beta1" : "momentum", optimiser.Momentum);
        if (optimiser.HasSecondMoment)
        {
            json.WriteNumber("beta2", optimiser.SecondMomentum);
            json.WriteNumber("epsilon", optimiser.Epsilon);
        }

        json.WriteNumber("weightDecay", optimiser.WeightDecay);
        if (optimiser.Nesterov) json.WriteBoolean("nesterov", true);
        if (optimiser.ClipNorm != 0) json.WriteNumber("clipNorm", optimiser.ClipNorm);
        if (optimiser.Schedule is { } schedule) Write(json, schedule);
        json.WriteEndObject();
    }

    public static Optimiser Read(StrictJson optimiser)
    {
        var kind = optimiser.Text("kind") switch
        {
            "sgd" => OptimiserKind.Sgd,
            "adam" => OptimiserKind.Adam,
            "adamw" => OptimiserKind.AdamW,
            var other => throw optimiser.Malformed($"kind '{other}' is not known; sgd, adam and adamw are"),
        };
        var isAdam = kind != OptimiserKind.Sgd;
        if (isAdam) optimiser.AllowOnly("kind", "learningRate", "beta1", "beta2", "epsilon", "weightDecay", "clipNorm", "schedule");
        else optimiser.AllowOnly("kind", "learningRate", "momentum", "weightDecay", "nesterov", "clipNorm", "schedule");
        return new Optimiser(optimiser.Single("learningRate"), optimiser.Single(isAdam ? "beta1" : "momentum"),
            optimiser.Single("weightDecay"))
        {
            Kind = kind,
            SecondMomentum = isAdam ? optimiser.Single("beta2") : 0f,
            Epsilon = isAdam ? optimiser.Single("epsilon") : 0f,
            Nesterov = optimiser.Has("nesterov") && optimiser.Boolean("nesterov"),
            ClipNorm = optimiser.Has("clipNorm") ? optimiser.Single("clipNorm") : 0f,
            Schedule = optimiser.Has("schedule") ? ReadSchedule(optimiser.Child("schedule")) : null,
        };
    }

    private static void Write(Utf8JsonWriter json, Schedule schedule)
    {
        json.WriteStartObject("schedule");
        json.WriteString("kind", schedule.Kind switch { ScheduleKind.Constant => "constant", ScheduleKind.Step => "step", _ => "cosine" });
        if (schedule.WarmUp != 0) json.WriteNumber("warmUp", schedule.WarmUp);
        if (schedule.Kind == ScheduleKind.Step) json.WriteNumber("every", schedule.Every);
        if (schedule.Kind != ScheduleKind.Constant) json.WriteNumber("factor", schedule.Factor);
        json.WriteEndObject();
    }

    private static Schedule ReadSchedule(StrictJson schedule)
    {
        var warmUp = schedule.Has("warmUp") ? schedule.Integer("warmUp") : 0;
        switch (schedule.Text("kind"))
        {
            case "constant":
                schedule.AllowOnly("kind", "warmUp");
                return new Schedule(ScheduleKind.Constant, warmUp);
            case "step":
                schedule.AllowOnly("kind", "warmUp", "every", "factor");
                return new Schedule(ScheduleKind.Step, warmUp, schedule.Integer("every"), schedule.Single("factor"));
            case "cosine":
                schedule.AllowOnly("kind", "warmUp", "factor");
                return new Schedule(ScheduleKind.Cosine, warmUp, Factor: schedule.Single("factor"));
            case var kind:
                throw schedule.Malformed($"kind '{kind}' is not known; constant, step and cosine are");
        }
    }
}
