-- AlterTable
ALTER TABLE "issuance_batches" ADD COLUMN "resolved_at" TIMESTAMPTZ(3);
