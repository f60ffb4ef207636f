using System.Text.Json.Serialization;

namespace DataBright.Cli.Doctor;

[JsonConverter(typeof(JsonStringEnumConverter<Health>))]
internal enum Health
{
    Good,
    Optional,
    Missing,
}

internal sealed record Finding(string What, Health State, string Says);
