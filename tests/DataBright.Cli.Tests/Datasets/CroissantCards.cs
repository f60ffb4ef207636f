namespace DataBright.Cli.Tests.Datasets;

/// <summary>Cards of the shapes that are published, written for these tests.</summary>
internal static class CroissantCards
{
    public static string Of(string distribution, string recordSets, string version = "1.0") =>
        $$"""
        {
          "@context": { "@language": "en", "@vocab": "https://schema.org/", "sc": "https://schema.org/", "cr": "http://mlcommons.org/croissant/", "dct": "http://purl.org/dc/terms/", "conformsTo": "dct:conformsTo" },
          "@type": "sc:Dataset", "conformsTo": "http://mlcommons.org/croissant/{{version}}",
          "name": "pets", "description": "Pets of the street.", "license": ["cc-by-4.0"], "url": "https://example.org/pets",
          "creator": { "@type": "sc:Person", "name": "Ada" }, "citeAs": "@misc{pets}",
          "distribution": [ {{distribution}} ],
          "recordSet": [ {{recordSets}} ]
        }
        """;

    public static string File(string id, string url, string encoding, string more = "") =>
        $$"""{ "@type": "cr:FileObject", "@id": "{{id}}", "name": "{{id}}", "contentUrl": "{{url}}", "encodingFormat": "{{encoding}}"{{more}} }""";

    public static string FileSet(string id, string includes, string encoding, string more = "") =>
        $$"""{ "@type": "cr:FileSet", "@id": "{{id}}", "includes": {{includes}}, "encodingFormat": "{{encoding}}"{{more}} }""";

    public static string Records(string id, string fields, string more = "") =>
        $$"""{ "@type": "cr:RecordSet", "@id": "{{id}}", "name": "{{id}}"{{more}}, "field": [ {{fields}} ] }""";

    /// <summary>A field of the record set before the slash.</summary>
    public static string Field(string id, string type, string? source = null, string more = "") =>
        $$"""{ "@type": "cr:Field", "@id": "{{id}}", "name": "{{id}}", "dataType": "{{type}}"{{(source is null
            ? "" : $", \"source\": {source}")}}{{more}} }""";

    public static string Column(string of, string column, string kind = "fileObject", string more = "") =>
        $$"""{ "{{kind}}": { "@id": "{{of}}" }, "extract": { "column": "{{column}}" }{{more}} }""";

    public static string Property(string of, string property, string? regex = null) =>
        $$"""{ "fileSet": { "@id": "{{of}}" }, "extract": { "fileProperty": "{{property}}" }{{(regex is null
            ? "" : $", \"transform\": {{ \"regex\": \"{regex}\" }}")}} }""";

    public static string JsonPath(string of, string path) =>
        $$"""{ "fileObject": { "@id": "{{of}}" }, "extract": { "jsonPath": "{{path}}" } }""";

    public static string Refers(string field) => $$""", "references": { "field": { "@id": "{{field}}" } }""";
}
