using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DataBright.Learning.Cards;

/// <summary>
/// A dataset's card in Croissant 1.0 (MLCommons, "Croissant Format Specification", version 1.0; JSON-LD over schema.org), so that other tools find, download
/// and load the dataset. What this product does not know is kept as it is: a card that was read, changed and written has lost nothing.
/// </summary>
public sealed class CroissantCard
{
    /// <summary>What a card of that version says it conforms to.</summary>
    public const string ConformsTo = "http://mlcommons.org/croissant/1.0";

    /// <summary>Longer documents are refused.</summary>
    public const int MaxLength = 1 << 24;

    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = 64, AllowDuplicateProperties = false };
    private static readonly JsonSerializerOptions Writing = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 65 };
    private readonly JsonObject _document;

    private CroissantCard(JsonObject document, string name)
    {
        _document = document;
        Facts = CroissantReader.Read(document, name);
    }

    /// <summary>What the card says, as far as this product knows it.</summary>
    public CardFacts Facts { get; }

    /// <summary>A new card.</summary>
    /// <exception cref="MalformedInputException">A required property is empty, or a reference leads nowhere; the message says which.</exception>
    public static CroissantCard Create(CardFacts facts) => new(CroissantWriter.Write(facts, new JsonObject()), "card");

    /// <summary>Reads a card.</summary>
    /// <param name="json">The document.</param>
    /// <param name="document">What errors call it.</param>
    /// <exception cref="MalformedInputException">A required property is missing, or something is not what Croissant 1.0 demands; the message says where.</exception>
    public static CroissantCard Parse(string json, string document = "card")
    {
        if (json.Length > MaxLength) throw new MalformedInputException(document, $"{json.Length} characters are more than the {MaxLength} allowed");
        try
        {
            return JsonNode.Parse(json, documentOptions: Reading) is JsonObject root ? new CroissantCard(root, document) : throw new MalformedInputException(document, "an object is expected");
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            throw new MalformedInputException(document, $"not valid JSON ({fault.Message})", fault);
        }
    }

    /// <summary>The card with other facts; whatever else it said, in any part that is still there, stays.</summary>
    public CroissantCard With(CardFacts facts) => new(CroissantWriter.Write(facts, _document.DeepClone().AsObject()), "card");

    /// <summary>The document, indented, properties in the order they were read in.</summary>
    public string ToJson() => _document.ToJsonString(Writing) + "\n";
}
